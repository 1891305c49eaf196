import type { Endpoint, ParamsInput, QueryInput } from '../../shared/api/endpoint.ts';
import {
  type PageEndpointName,
  type PageEndpointOf,
  PAGE_ENDPOINTS,
} from '../../shared/api/page-endpoints.ts';

type Plain = Readonly<Record<string, unknown>>;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function fillPath(path: string, params: Plain): string {
  return path.replace(/:(\w+)/g, (_whole, name: string) =>
    encodeURIComponent(textOf(params[name])),
  );
}

function queryText(query: Plain): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) pairs.set(name, textOf(value));
  }
  const text = pairs.toString();
  return text === '' ? '' : `?${text}`;
}

export function addressOf(endpoint: Endpoint, params: Plain = {}, query: Plain = {}): string {
  return fillPath(endpoint.path, params) + queryText(query);
}

/** The address of an endpoint of the table, for `<img src>` and the like. */
export function urlOf<Name extends PageEndpointName>(
  name: Name,
  params: ParamsInput<PageEndpointOf<Name>>,
  query?: QueryInput<PageEndpointOf<Name>>,
): string {
  return addressOf(PAGE_ENDPOINTS[name], params as Plain, query ?? {});
}
