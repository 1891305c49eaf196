/**
 * As `ref`: takes the focus when it appears. For the first field of a dialog or of a step that the reader
 * asked for (ARIA Authoring Practices, "Dialog (Modal)"), never for a page that merely loads.
 */
export function focusOnMount(element: HTMLElement | null): void {
  element?.focus();
}
