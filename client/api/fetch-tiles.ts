import { AppError, isErrorCode, type ErrorCode } from '../../shared/errors/app-error.ts';
import { ProblemReply } from '../../shared/api/endpoints/system.ts';
import { parseTilePath, type TileName } from '../../shared/slide/parse-tile-path.ts';
import { createTileFrameReader, type TileFrame } from '../../shared/slide/tile-frames.ts';
import { formatTileList } from '../../shared/slide/tile-list.ts';
import { OWN_PAGE_HEADER, readProblem } from './call.ts';
import { fetchTile, replyOfProblem, type TileReply } from './fetch-tile.ts';
import { type LineMeter, type MeteredRequest, pageLine } from './line-meter.ts';
import { urlOf } from './url.ts';

type OnReply = (path: string, reply: TileReply) => void;

/** The address of tiles of one slide in one reply, in the order in which they are wanted. */
function addressOfTiles(names: readonly TileName[]): string {
  const [first] = names;
  if (first === undefined) throw new RangeError('no tiles to ask for');
  const { slideId, revision, quality } = first;
  return urlOf(
    'slide.tiles',
    { slideId, revision },
    { tiles: formatTileList(names), ...(quality === 'full' ? {} : { quality }) },
  );
}

function problemIn(body: Uint8Array): Pick<AppError, 'code' | 'fields'> {
  const said = ProblemReply.safeParse(JSON.parse(new TextDecoder().decode(body)));
  const code = said.data?.code ?? '';
  const known: ErrorCode = isErrorCode(code) ? code : 'server.internal';
  return { code: known, fields: said.data?.fields ?? {} };
}

function replyOf({ status, mediaType, body }: TileFrame): TileReply {
  if (status !== 200) return replyOfProblem(problemIn(body));
  return { kind: 'image', blob: new Blob([body as Uint8Array<ArrayBuffer>], { type: mediaType }) };
}

/** Hands over what comes; resolves at the end of the stream. */
async function readFrames(
  body: ReadableStream<Uint8Array>,
  metered: MeteredRequest,
  onFrame: (frame: TileFrame) => void,
): Promise<void> {
  const frames = createTileFrameReader();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    metered.took(value.length);
    for (const frame of frames.take(value)) onFrame(frame);
  }
}

/** Why a stream ended before all was there; undefined: not for a reason that is expected. */
function endOf(error: unknown, signal: AbortSignal): TileReply | undefined {
  if (error instanceof AppError) return { kind: 'failed', code: error.code };
  const isLine = error instanceof TypeError || signal.aborted;
  return isLine ? { kind: 'failed', code: 'network.unreachable' } : undefined;
}

/**
 * Gets tiles of one slide in one streamed reply, and hands each over as it comes. Each is answered once, also
 * when the stream breaks: what had not come by then has failed. An aborted request answers 'failed' to nobody.
 */
async function fetchInOneReply(
  paths: readonly string[],
  signal: AbortSignal,
  onReply: OnReply,
  line: LineMeter,
): Promise<void> {
  const names = paths.map(parseTilePath).filter((name) => name !== undefined);
  const open = new Map(paths.map((path, index) => [index, path]));
  const answer = (index: number, reply: TileReply): void => {
    const path = open.get(index);
    if (path === undefined || !open.delete(index)) return;
    onReply(path, reply);
  };
  const answerRest = (reply: TileReply): void => {
    for (const index of open.keys()) answer(index, reply);
  };
  const metered = line.begin();
  try {
    const response = await fetch(addressOfTiles(names), {
      headers: OWN_PAGE_HEADER,
      signal,
      credentials: 'same-origin',
    });
    metered.headCame();
    if (!response.ok || response.body === null) {
      answerRest(replyOfProblem(await readProblem(response)));
      return;
    }
    await readFrames(response.body, metered, (frame) => answer(frame.index, replyOf(frame)));
    answerRest({ kind: 'failed', code: 'network.unreachable' });
  } catch (error) {
    const end = endOf(error, signal);
    if (end === undefined) throw error;
    answerRest(end);
  } finally {
    metered.ended();
  }
}

/** Gets tiles by their paths: one alone by its own address, which the browser keeps; several in one reply. */
export async function fetchTiles(
  paths: readonly string[],
  signal: AbortSignal,
  onReply: OnReply,
  line: LineMeter = pageLine,
): Promise<void> {
  const [only] = paths;
  if (only !== undefined && paths.length === 1) onReply(only, await fetchTile(only, signal, line));
  else await fetchInOneReply(paths, signal, onReply, line);
}
