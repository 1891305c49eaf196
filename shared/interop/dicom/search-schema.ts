import { z } from 'zod';

const DEFAULT_RESULTS = 100;
/** Nobody leafs further by hand; a search narrows it. */
const MAX_OFFSET = 100_000;
const text = z.string().max(2_000);

/** Parameters of a search (PS3.18, 8.3.4): beside paging, attributes by keyword or tag. Apart, for it is sent to browsers. */
export const SearchQuery = z
  .object({
    limit: z.coerce.number().int().min(0).max(1_000_000).default(DEFAULT_RESULTS),
    offset: z.coerce.number().int().min(0).max(MAX_OFFSET).default(0),
    fuzzymatching: z.enum(['true', 'false']).default('false'),
  })
  .catchall(z.union([text, z.array(text).max(50)]));
export type SearchQuery = z.infer<typeof SearchQuery>;
