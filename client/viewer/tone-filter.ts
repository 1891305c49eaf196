import { isNeutral, type ToneAdjustment, toneTable } from './tone-table.ts';

const SVG = 'http://www.w3.org/2000/svg';
let filters = 0;

export interface ToneFilter {
  readonly apply: (tone: ToneAdjustment) => void;
  readonly dispose: () => void;
}

/** Adjusts the picture on one canvas as it is shown; its pixels, and other layers, stay as they are. */
export function addToneFilter(container: HTMLElement, canvas: HTMLElement): ToneFilter {
  filters += 1;
  const id = `tone-${filters}`;
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('width', '0');
  svg.setAttribute('height', '0');
  svg.setAttribute('aria-hidden', 'true');
  svg.style.position = 'absolute';
  const filter = document.createElementNS(SVG, 'filter');
  filter.setAttribute('id', id);
  filter.setAttribute('color-interpolation-filters', 'sRGB');
  const transfer = document.createElementNS(SVG, 'feComponentTransfer');
  const channels = (['feFuncR', 'feFuncG', 'feFuncB'] as const).map((name) => {
    const channel = document.createElementNS(SVG, name);
    channel.setAttribute('type', 'table');
    return channel;
  });
  transfer.append(...channels);
  filter.append(transfer);
  svg.append(filter);
  container.append(svg);
  return {
    apply: (tone) => {
      const values = toneTable(tone)
        .map((value) => value.toFixed(4))
        .join(' ');
      for (const channel of channels) channel.setAttribute('tableValues', values);
      canvas.style.filter = isNeutral(tone) ? '' : `url(#${id})`;
    },
    dispose: () => {
      canvas.style.filter = '';
      svg.remove();
    },
  };
}
