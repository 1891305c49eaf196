import { tagOf, type DicomKeyword } from '../../shared/interop/dicom/attributes.ts';
import type { DicomJson } from '../../shared/interop/dicom/dicom-json.ts';
import type { TestCaller } from '../server.ts';

export const ROOT = '/api/interop/dicomweb';
/** What Slim asks frames for. */
export const AS_STORED = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';

export function told(dataset: DicomJson | undefined, keyword: DicomKeyword): unknown {
  return dataset?.[tagOf(keyword)]?.Value?.[0];
}

export function toldAll(dataset: DicomJson | undefined, keyword: DicomKeyword): readonly unknown[] {
  return dataset?.[tagOf(keyword)]?.Value ?? [];
}

/** Parts of a multipart reply, cut at the boundary that its Content-Type names. */
export async function partsOf(
  reply: Response,
): Promise<readonly { readonly headers: Headers; readonly bytes: Buffer }[]> {
  const boundary = /boundary=([^;]+)/.exec(reply.headers.get('content-type') ?? '')?.[1] ?? '';
  const body = Buffer.from(await reply.arrayBuffer());
  const parts: { headers: Headers; bytes: Buffer }[] = [];
  let at = body.indexOf(`--${boundary}`);
  for (;;) {
    const head = body.indexOf('\r\n\r\n', at);
    const end = body.indexOf(`\r\n--${boundary}`, at + 1);
    if (head < 0 || end < 0) return parts;
    const lines = body.toString('latin1', at, head).split('\r\n').slice(1);
    const pairs = lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    parts.push({ headers: new Headers(pairs), bytes: body.subarray(head + 4, end) });
    at = end + 2;
  }
}

/** DICOMweb by hand. */
export function dicomClient({ fetch }: Pick<TestCaller, 'fetch'>) {
  const get = (path: string, accept?: string) =>
    fetch(ROOT + path, accept === undefined ? {} : { headers: { Accept: accept } });
  const json = async (path: string): Promise<readonly DicomJson[]> => {
    const reply = await get(path, 'application/dicom+json');
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as readonly DicomJson[];
  };
  return { get, json };
}

export type DicomClient = ReturnType<typeof dicomClient>;

/** Path of an instance as its metadata name it. */
export function pathOf(image: DicomJson | undefined): string {
  const [study, series, instance] = (
    ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'] as const
  ).map((keyword) => String(told(image, keyword)));
  return `/studies/${study}/series/${series}/instances/${instance}`;
}
