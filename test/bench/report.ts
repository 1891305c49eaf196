import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { digits } from './measure.ts';
import type { RoomResult } from './room.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly platform: string;
}

export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

function cell(value: string | number): string {
  return typeof value === 'number' ? digits(value) : value;
}

function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]) {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map((row) => line(row.map(cell))),
  ].join('\n');
}

function barsTable(rooms: readonly RoomResult[]): string {
  const rows = rooms.flatMap(({ bars }) =>
    bars.map(({ what, bar, measured, unit, met }) => [
      what,
      bar,
      `${digits(measured)}${unit === 'ratio' ? '' : ` ${unit}`}`,
      met ? 'met' : '**not met**',
    ]),
  );
  return table(['what', 'bar', 'measured', ''], rows);
}

export function toMarkdown(
  rooms: readonly RoomResult[],
  machine: Machine,
  date: string,
  load: number,
): string {
  const { processor, cores, memoryGb, node, platform } = machine;
  return [
    '# Bench',
    `${date}, ${processor}, ${cores} cores, ${memoryGb} GB, ${platform}, Node ${node}; load average at the start ${load.toFixed(1)}. Server, load generator and bare server are processes of one machine, over loopback; medians of interleaved rounds. Made by \`npm run bench\`.`,
    barsTable(rooms),
    ...rooms.flatMap(({ title, method, columns, rows }) => [
      `## ${title}`,
      method,
      table(columns, rows),
    ]),
    '',
  ].join('\n\n');
}

/** Writes NAME.md and NAME.json. */
export function writeReport(
  folder: string,
  rooms: readonly RoomResult[],
  load: number,
  name = 'latest',
): string {
  const machine = thisMachine();
  const date = new Date().toISOString().slice(0, 10);
  mkdirSync(folder, { recursive: true });
  const json = { date, machine, loadAverage: load, rooms };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(json, null, 2)}\n`);
  const markdown = toMarkdown(rooms, machine, date, load);
  writeFileSync(join(folder, `${name}.md`), markdown);
  return markdown;
}
