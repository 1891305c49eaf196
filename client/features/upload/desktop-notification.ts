/** Whether the browser can show something outside of its window, and whether it may. */
export function notificationPermission(): NotificationPermission | 'unknown' {
  return typeof Notification === 'undefined' ? 'unknown' : Notification.permission;
}

/** Shows a line on the desktop, when that is allowed and nobody looks at this page. */
export function notifyOnDesktop(tag: string, title: string, body: string): void {
  if (notificationPermission() !== 'granted' || document.hasFocus()) return;
  const shown = new Notification(title, { body, tag });
  shown.addEventListener('click', () => {
    window.focus();
    shown.close();
  });
}
