/** Two glands and their stroma, drawn by arithmetic: the first thing that a pathologist sees here. */
interface Nucleus {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  readonly turn: number;
}

interface Gland {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly nuclei: number;
}

const GLANDS: readonly Gland[] = [
  { x: 210, y: 250, radius: 150, nuclei: 44 },
  { x: 440, y: 470, radius: 118, nuclei: 36 },
  { x: 90, y: 560, radius: 96, nuclei: 30 },
  { x: 460, y: 130, radius: 84, nuclei: 27 },
];

/** A wobble that looks irregular and is the same on every screen. */
function wobble(seed: number): number {
  return Math.sin(seed * 12.9898) * 0.5 + Math.sin(seed * 78.233) * 0.5;
}

function nucleiOf(gland: Gland, index: number): readonly Nucleus[] {
  return Array.from({ length: gland.nuclei }, (_unused, step) => {
    const seed = index * 100 + step;
    const angle = (step / gland.nuclei) * Math.PI * 2;
    const radius = gland.radius * (1 + 0.05 * wobble(seed));
    return {
      x: gland.x + Math.cos(angle) * radius,
      y: gland.y + Math.sin(angle) * radius * 0.92,
      rx: 11 + 2.5 * wobble(seed + 7),
      ry: 5.5 + wobble(seed + 3),
      turn: (angle * 180) / Math.PI,
    };
  });
}

function fibresOf(): readonly string[] {
  return Array.from({ length: 16 }, (_unused, step) => {
    const y = step * 46 + 10 * wobble(step);
    const bend = 40 * wobble(step + 40);
    return `M-20 ${y}C160 ${y + bend} 380 ${y - bend} 640 ${y + bend / 2}`;
  });
}

export function GlandArt() {
  return (
    <svg
      className="sign-in-art"
      viewBox="0 0 600 720"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <g fill="none" className="sign-in-art-fibres">
        {fibresOf().map((path) => (
          <path key={path} d={path} />
        ))}
      </g>
      {GLANDS.map((gland, index) => (
        <g key={gland.x}>
          <ellipse
            className="sign-in-art-cells"
            cx={gland.x}
            cy={gland.y}
            rx={gland.radius * 0.86}
            ry={gland.radius * 0.8}
            strokeWidth={gland.radius * 0.4}
          />
          {nucleiOf(gland, index).map((one) => (
            <ellipse
              key={`${one.x},${one.y}`}
              className="sign-in-art-nuclei"
              rx={one.rx}
              ry={one.ry}
              transform={`translate(${one.x} ${one.y}) rotate(${one.turn})`}
            />
          ))}
        </g>
      ))}
    </svg>
  );
}
