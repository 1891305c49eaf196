import { create } from 'qrcode';

interface QrCodeProps {
  readonly text: string;
  readonly label: string;
}

/** Four modules of quiet zone (ISO/IEC 18004, 5.3.8), always dark on white so that phones read it in a dark theme. */
const QUIET = 4;

export function QrCode({ text, label }: QrCodeProps) {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const { size, data } = modules;
  const path = Array.from(data, (isDark, index) => {
    const column = (index % size) + QUIET;
    const row = Math.floor(index / size) + QUIET;
    return isDark === 0 ? '' : `M${column} ${row}h1v1h-1z`;
  }).join('');
  const side = size + QUIET * 2;
  return (
    <svg
      className="profile-qr-code"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
