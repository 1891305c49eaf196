export interface ToastMessage {
  readonly title: string;
  readonly detail?: string;
  readonly tone?: 'info' | 'success' | 'danger';
  /** Offers to take it back while the toast is there. */
  readonly onUndo?: () => void;
}
