import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { admits, chooseSending, UNCOMPRESSED } from '../../shared/interop/dicom/accept-frames.ts';
import { type DicomJson, dicomJsonText } from '../../shared/interop/dicom/dicom-json.ts';
import { frameColoursOf } from '../../shared/interop/dicom/frame-colours.ts';
import {
  multipartRelated,
  type RelatedPart,
} from '../../shared/interop/dicom/multipart-related.ts';
import { showsLabel } from '../../shared/interop/dicom/told-instances.ts';
import { parseFrames } from '../../shared/interop/dicom/parse-frames.ts';
import { IIIF_LIMITS } from '../../shared/interop/iiif-geometry.ts';
import type { BytesReply, Handlers } from '../http/handler.ts';
import { decodeFrame } from './decode-frame.ts';
import type { InstanceReader } from './dicom-instances.ts';
import type { DicomNeeds } from './dicom-needs.ts';
import { instanceUrl, jsonReply } from './dicom-search-handlers.ts';
import type { FoundInstance, StudyFinder, StudyNames } from './find-studies.ts';
import { renderRegion, SERVED_SAMPLES } from './render-region.ts';

type RetrieveName = Extract<
  keyof Handlers,
  | `interop.dicom${'Study' | 'Series' | ''}Metadata`
  | `interop.dicom${'Frames' | 'Bulk' | 'Rendered' | 'Thumbnail' | 'FrameRendered'}`
>;

export interface RetrieveNeeds extends DicomNeeds {
  readonly finder: StudyFinder;
  readonly reader: InstanceReader;
}

/** As for Deep Zoom and IIIF: a slide that is opened again must show through soon. */
const CACHE = 'private, max-age=300';
/** Bytes of one reply: it is put together in memory. */
const MOST_BYTES = 64 << 20;
const RENDERED_PX = 1_024;
const THUMBNAIL_PX = 256;

interface Asked {
  readonly actor: Actor;
  readonly origin: string;
  readonly header: (name: string) => string | undefined;
}

async function findOne({ finder }: RetrieveNeeds, actor: Actor, names: StudyNames) {
  const [found] = await finder.find(actor, names);
  if (found === undefined) throw new AppError('request.not-found', 'no such instance');
  return found;
}

async function metadataOf(needs: RetrieveNeeds, asked: Asked, names: StudyNames) {
  const rows: DicomJson[] = [];
  let letters = 0;
  for (const found of await needs.finder.find(asked.actor, names)) {
    const row = await needs.reader.metadata(found, instanceUrl(asked.origin, found));
    letters += dicomJsonText(row).length;
    if (letters > MOST_BYTES) throw new AppError('interop.invalid', 'ask for a series at a time');
    rows.push(row);
  }
  return jsonReply(asked.header('accept'), rows);
}

/** A label stays in no browser. */
function cacheOf({ instance }: FoundInstance): BytesReply['cacheControl'] {
  return showsLabel(instance) ? 'no-store' : CACHE;
}

function send(
  { newId }: RetrieveNeeds,
  parts: readonly RelatedPart[],
  multipart: boolean,
  cacheControl: BytesReply['cacheControl'],
): BytesReply {
  const [only] = parts;
  if (!multipart && only !== undefined) {
    return { bytes: only.bytes, contentType: only.contentType, cacheControl };
  }
  return { ...multipartRelated(parts, `farscope-${newId()}`), cacheControl };
}

async function uncompressed(
  { reader, ...needs }: RetrieveNeeds,
  found: FoundInstance,
  frame: number,
  samples: 1 | 3,
): Promise<Uint8Array> {
  const tile = await reader.tile(found, frame);
  const { widthPx, heightPx } = tile;
  const quality = samples === 1 ? 'gray' : 'default';
  return await decodeFrame(needs, tile, { quality, format: 'raw', widthPx, heightPx });
}

async function framesOf(
  needs: RetrieveNeeds,
  asked: Asked,
  { frames, ...names }: StudyNames & { readonly frames: string },
): Promise<BytesReply> {
  const found = await findOne(needs, asked.actor, names);
  const about = await needs.reader.frames(found);
  const numbers = parseFrames(frames, about.frames);
  const { transferSyntaxUid, columns, rows, samples } = about;
  const sending = chooseSending(asked.header('accept'), transferSyntaxUid, numbers.length === 1);
  const decodes = !sending.stored && transferSyntaxUid !== UNCOMPRESSED;
  if (decodes && columns * rows * samples * numbers.length > MOST_BYTES) {
    throw new AppError('interop.invalid', 'too many pixels in one reply');
  }
  const parts: RelatedPart[] = [];
  let total = 0;
  for (const number of numbers) {
    const bytes = decodes
      ? await uncompressed(needs, found, number - 1, samples)
      : await needs.reader.frame(found, number - 1);
    total += bytes.length;
    if (total > MOST_BYTES) throw new AppError('interop.invalid', 'too many bytes in one reply');
    const location = `${instanceUrl(asked.origin, found)}/frames/${number}`;
    parts.push({ contentType: sending.contentType, location, bytes });
  }
  return send(needs, parts, sending.multipart, cacheOf(found));
}

async function bulkOf(
  needs: RetrieveNeeds,
  asked: Asked,
  { element, ...names }: StudyNames & { readonly element: string },
): Promise<BytesReply> {
  const found = await findOne(needs, asked.actor, names);
  const sending = chooseSending(asked.header('accept'), UNCOMPRESSED, true);
  const bytes = await needs.reader.bulk(found, element);
  const location = `${instanceUrl(asked.origin, found)}/bulkdata/${element}`;
  const contentType = 'application/octet-stream';
  return send(needs, [{ contentType, location, bytes }], sending.multipart, cacheOf(found));
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Into a viewport, in its proportions, never larger than it is, and within what a picture may have. */
function fit(size: Size, viewport: string | undefined, sidePx: number): Size {
  const [width = sidePx, height = sidePx] = (viewport ?? '').split(',').filter(Boolean).map(Number);
  const { maxWidth, maxHeight, maxArea } = IIIF_LIMITS;
  const scale = Math.min(
    1,
    Math.min(width, maxWidth) / size.widthPx,
    Math.min(height, maxHeight) / size.heightPx,
    Math.sqrt(maxArea / (size.widthPx * size.heightPx)),
  );
  return {
    widthPx: Math.max(1, Math.floor(size.widthPx * scale)),
    heightPx: Math.max(1, Math.floor(size.heightPx * scale)),
  };
}

/** @throws AppError 'interop.not-acceptable' */
function formatFor(accept: string | undefined): 'jpg' | 'png' {
  if (admits(accept, 'image/jpeg')) return 'jpg';
  if (admits(accept, 'image/png')) return 'png';
  throw new AppError('interop.not-acceptable', 'pictures are JPEG or PNG');
}

function pictureReply(found: FoundInstance, bytes: Uint8Array, format: 'jpg' | 'png'): BytesReply {
  const contentType = format === 'jpg' ? 'image/jpeg' : 'image/png';
  return { bytes, contentType, cacheControl: cacheOf(found) };
}

interface PictureAsked extends Asked {
  readonly params: { readonly study: string; readonly series: string; readonly instance: string };
  readonly query: { readonly viewport?: string | undefined };
}

/** A level shows the whole slide; label and macro are the pictures that they are. */
async function renderedOf(
  needs: RetrieveNeeds,
  { actor, header, params, query }: PictureAsked,
  sidePx: number,
): Promise<BytesReply> {
  const found = await findOne(needs, actor, params);
  const format = formatFor(header('accept'));
  const { slide } = found.series;
  const kind = needs.reader.pictureOf(found);
  const isLevel = kind === undefined || found.instance.from.kind === 'level';
  if (isLevel) {
    const { widthPx, heightPx } = slide.properties.pyramid;
    const region = { x: 0, y: 0, widthPx, heightPx };
    const size = fit({ widthPx, heightPx }, query.viewport, sidePx);
    const plain = { mirrored: false, degrees: 0, quality: 'default', format } as const;
    return pictureReply(
      found,
      await renderRegion(needs, slide, { region, ...size, ...plain }),
      format,
    );
  }
  const bytes = await needs.readPicture(slide, kind);
  const { widthPx, heightPx } = frameColoursOf(bytes);
  const tile = { codec: 'jpeg', bytes, samples: SERVED_SAMPLES, widthPx, heightPx } as const;
  const size = fit({ widthPx, heightPx }, query.viewport, sidePx);
  const options = { quality: 'default', format, ...size } as const;
  return pictureReply(found, await decodeFrame(needs, tile, options), format);
}

async function frameRendered(
  needs: RetrieveNeeds,
  { actor, header, params, query }: PictureAsked & { readonly params: { readonly frames: string } },
): Promise<BytesReply> {
  const { frames, ...names } = params;
  const found = await findOne(needs, actor, names);
  const [number = 1, ...more] = parseFrames(frames, (await needs.reader.frames(found)).frames);
  if (more.length > 0) throw new AppError('interop.invalid', 'one frame is one picture');
  const format = formatFor(header('accept'));
  const tile = await needs.reader.tile(found, number - 1);
  const size = fit(tile, query.viewport, Math.max(tile.widthPx, tile.heightPx));
  const options = { quality: 'default', format, ...size } as const;
  return pictureReply(found, await decodeFrame(needs, tile, options), format);
}

/** WADO-RS (PS3.18, 10.4). */
export function dicomRetrieveHandlers(needs: RetrieveNeeds): Pick<Handlers, RetrieveName> {
  return {
    'interop.dicomStudyMetadata': (asked) => metadataOf(needs, asked, asked.params),
    'interop.dicomSeriesMetadata': (asked) => metadataOf(needs, asked, asked.params),
    'interop.dicomMetadata': (asked) => metadataOf(needs, asked, asked.params),
    'interop.dicomFrames': (asked) => framesOf(needs, asked, asked.params),
    'interop.dicomBulk': (asked) => bulkOf(needs, asked, asked.params),
    'interop.dicomRendered': (asked) => renderedOf(needs, asked, RENDERED_PX),
    'interop.dicomThumbnail': (asked) => renderedOf(needs, asked, THUMBNAIL_PX),
    'interop.dicomFrameRendered': (asked) => frameRendered(needs, asked),
  };
}
