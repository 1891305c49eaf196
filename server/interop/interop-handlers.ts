import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId } from '../../shared/ids.ts';
import { deepZoomTile, deepZoomXml } from '../../shared/interop/deep-zoom.ts';
import { parseIiifImage } from '../../shared/interop/iiif-image.ts';
import { IIIF_CONTEXT, IIIF_PROFILE, iiifInfo } from '../../shared/interop/iiif-info.ts';
import type { Handlers } from '../http/handler.ts';
import { createInstanceReader } from './dicom-instances.ts';
import type { DicomNeeds } from './dicom-needs.ts';
import { dicomRetrieveHandlers } from './dicom-retrieve-handlers.ts';
import { dicomSearchHandlers } from './dicom-search-handlers.ts';
import { createStudyFinder } from './find-studies.ts';
import { renderRegion, type OpenSlide } from './render-region.ts';

type InteropName = Extract<keyof Handlers, `interop.${string}`>;

export interface InteropDeps extends DicomNeeds {
  /** @throws AppError 'slide.not-ready', 'request.not-found' */
  readonly readySlide: (id: SlideId) => Promise<OpenSlide>;
}

/** Addresses carry no revision: a slide that is opened again must show through soon. */
const CACHE = 'private, max-age=300';
const PLAIN = { mirrored: false, degrees: 0, quality: 'default', format: 'jpg' } as const;
const LD_JSON = `application/ld+json;profile="${IIIF_CONTEXT}"`;

function iiifId(origin: string, slideId: SlideId): string {
  return `${origin}/api/interop/iiif/${slideId}`;
}

/** Section 5.1: JSON-LD, but plain JSON for who asks for that alone. */
function infoType(accept: string | undefined): string {
  const wantsPlain = accept?.includes('application/json') === true;
  return wantsPlain && !accept.includes('application/ld+json') ? 'application/json' : LD_JSON;
}

function deepZoomHandlers(
  deps: InteropDeps,
): Pick<Handlers, 'interop.deepZoom' | 'interop.deepZoomTile'> {
  return {
    'interop.deepZoom': async ({ params }) => {
      const { properties } = await deps.readySlide(params.slideId);
      const contentType = 'application/xml; charset=utf-8';
      return { bytes: deepZoomXml(properties.pyramid), contentType, cacheControl: CACHE };
    },
    'interop.deepZoomTile': async ({ params: { slideId, level, tile } }) => {
      const slide = await deps.readySlide(slideId);
      const [column = 0, row = 0] = tile.replace('.jpg', '').split('_').map(Number);
      const request = deepZoomTile(slide.properties.pyramid, { level, column, row });
      if (request === undefined) throw new AppError('tile.outside', 'no such Deep Zoom tile');
      const bytes = await renderRegion(deps, slide, { ...request, ...PLAIN });
      return { bytes, contentType: 'image/jpeg', cacheControl: CACHE };
    },
  };
}

function iiifHandlers(
  deps: InteropDeps,
): Pick<Handlers, 'interop.iiif' | 'interop.iiifInfo' | 'interop.iiifImage'> {
  return {
    // Section 2: the base URI leads to the image information.
    'interop.iiif': ({ params, origin }) =>
      Promise.resolve({
        reply: { bytes: '', contentType: 'text/plain', cacheControl: CACHE },
        status: 303,
        headers: { Location: `${iiifId(origin, params.slideId)}/info.json` },
      }),
    'interop.iiifInfo': async ({ params, origin, header }) => {
      const { properties } = await deps.readySlide(params.slideId);
      const info = iiifInfo(iiifId(origin, params.slideId), properties.pyramid);
      const contentType = infoType(header('accept'));
      return { bytes: JSON.stringify(info, null, 2), contentType, cacheControl: CACHE };
    },
    'interop.iiifImage': async ({ params, origin }) => {
      const slide = await deps.readySlide(params.slideId);
      const request = parseIiifImage(slide.properties.pyramid, params);
      const bytes = await renderRegion(deps, slide, request);
      const contentType = request.format === 'png' ? 'image/png' : 'image/jpeg';
      const canonical = `${iiifId(origin, params.slideId)}/${request.canonical}`;
      const links = [`<${IIIF_PROFILE}>;rel="profile"`, `<${canonical}>;rel="canonical"`];
      return {
        reply: { bytes, contentType, cacheControl: CACHE },
        headers: { Link: links.join(', ') },
      };
    },
  };
}

/** Slides for other viewers: Deep Zoom, IIIF Image API 3.0 at level 2, and DICOMweb. */
export function interopHandlers(deps: InteropDeps): Pick<Handlers, InteropName> {
  const dicom = { finder: createStudyFinder(deps), reader: createInstanceReader(deps) };
  return {
    ...deepZoomHandlers(deps),
    ...iiifHandlers(deps),
    ...dicomSearchHandlers(dicom),
    ...dicomRetrieveHandlers({ ...deps, ...dicom }),
  };
}
