/** A picture that came after its place had gone holds memory until it is closed. */
export function closePicture(image: unknown): void {
  if (typeof image === 'object' && image !== null && 'close' in image) {
    const { close } = image;
    if (typeof close === 'function') close.call(image);
  }
}
