/** The mark of the product, as in public/mark.svg. */
export function ProductMark({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#0b6a78" />
      <circle cx="14" cy="14" r="7.5" fill="none" stroke="#fff" strokeWidth="2.5" />
      <path d="M19.5 19.5L26 26" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      <circle cx="16.5" cy="11.5" r="2.2" fill="#ffb4c8" />
    </svg>
  );
}
