import { damaged, tooLarge } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';

/** An element without its namespace prefix. `text` is its own character data, joined. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface OpenElement {
  readonly qualifiedName: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  readonly texts: string[];
}

const NAMED = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function invalid(detail: string, at: number): Error {
  return damaged('xml-invalid', `${detail} at ${at}`);
}

/** Only the five named entities and character references; nothing is ever expanded further. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]{0,12});?/g, (whole, name: string) => {
    const named = NAMED.get(name);
    if (named !== undefined) return named;
    const code = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
    if (code === null) return whole;
    const point = code[1] === undefined ? Number(code[2]) : Number.parseInt(code[1], 16);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  });
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** End of a tag that begins at `from`: the first `>` outside quotes. */
function tagEnd(xml: string, from: number): number {
  for (let at = from; at < xml.length; at++) {
    const code = xml.charCodeAt(at);
    if (code === 62) return at;
    if (code === 34 || code === 39) {
      const close = xml.indexOf(code === 34 ? '"' : "'", at + 1);
      if (close < 0) break;
      at = close;
    }
  }
  throw invalid('a tag does not end', from);
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** End of a run of characters: white space when `space`, else those of an attribute's name. */
function runEnd(tag: string, from: number, space: boolean): number {
  let at = from;
  while (at < tag.length) {
    const code = tag.charCodeAt(at);
    const isSpace = code <= 32;
    if (space ? !isSpace : isSpace || code === 61 || code === 47) break;
    at++;
  }
  return at;
}

/** One step after another through the tag: a hostile tag costs no more than its length. */
function parseAttributes(tag: string): ReadonlyMap<string, string> {
  if (!tag.includes('=')) return NO_ATTRIBUTES;
  const attributes = new Map<string, string>();
  for (let at = runEnd(tag, 0, true); at < tag.length; ) {
    const nameEnd = runEnd(tag, at, false);
    const name = tag.slice(at, nameEnd);
    const equals = runEnd(tag, nameEnd, true);
    if (tag[equals] !== '=') {
      at = Math.max(equals, at + 1);
      continue;
    }
    at = runEnd(tag, equals + 1, true);
    const quote = tag[at];
    if (quote !== '"' && quote !== "'") continue;
    const close = tag.indexOf(quote, at + 1);
    if (close < 0) break;
    if (name !== '') attributes.set(localName(name), decodeEntities(tag.slice(at + 1, close)));
    at = runEnd(tag, close + 1, true);
  }
  return attributes;
}

/** Where markup that is not an element ends, and the text it stands for. */
function skipSpecial(xml: string, at: number): { readonly end: number; readonly text: string } {
  const until = (open: string, close: string) => {
    const end = xml.indexOf(close, at + open.length);
    if (end < 0) throw invalid(`${open} does not end`, at);
    return end;
  };
  if (xml.startsWith('<!--', at)) return { end: until('<!--', '-->') + 3, text: '' };
  if (xml.startsWith('<![CDATA[', at)) {
    const end = until('<![CDATA[', ']]>');
    return { end: end + 3, text: xml.slice(at + 9, end) };
  }
  if (xml.startsWith('<?', at)) return { end: until('<?', '?>') + 2, text: '' };
  // A document type could declare entities; no scanner writes one.
  throw invalid('a declaration is not accepted', at);
}

interface Progress {
  readonly stack: OpenElement[];
  elements: number;
  root: XmlElement | undefined;
}

function openElement(progress: Progress, tag: string, at: number): void {
  const qualifiedName = /^[^\s/>]+/.exec(tag)?.[0];
  if (qualifiedName === undefined) throw invalid('a tag without a name', at);
  progress.elements += 1;
  if (progress.elements > LIMITS.xmlElements) throw tooLarge('text', 'XML elements');
  if (progress.stack.length >= LIMITS.xmlDepth) throw tooLarge('nesting', 'XML elements');
  if (progress.root !== undefined) throw invalid('a second root', at);
  const attributes = parseAttributes(tag.slice(qualifiedName.length));
  const name = localName(qualifiedName);
  progress.stack.push({ qualifiedName, name, attributes, children: [], texts: [] });
}

function closeElement(progress: Progress, qualifiedName: string | undefined, at: number): void {
  const open = progress.stack.pop();
  if (open === undefined) throw invalid('an end without a start', at);
  if (qualifiedName !== undefined && open.qualifiedName !== qualifiedName) {
    throw invalid(`${qualifiedName} ends ${open.qualifiedName}`, at);
  }
  const { name, attributes, children, texts } = open;
  const element = { name, attributes, children, text: texts.join('').trim() };
  const parent = progress.stack.at(-1);
  if (parent === undefined) progress.root = element;
  else parent.children.push(element);
}

function addText(progress: Progress, text: string): void {
  if (text !== '') progress.stack.at(-1)?.texts.push(text);
}

/**
 * Reads a small XML document: elements, attributes, text. No document type, no entities of its own,
 * bounded size, depth and number of elements; the time is linear in the length.
 * @throws AppError 'format.damaged' when it is not well-formed, 'format.too-large' beyond the bounds
 */
export function parseXml(xml: string): XmlElement {
  if (xml.length > LIMITS.textBytes) throw tooLarge('text', `${xml.length} characters of XML`);
  const progress: Progress = { stack: [], elements: 0, root: undefined };
  let at = 0;
  while (at < xml.length) {
    const next = xml.indexOf('<', at);
    addText(progress, decodeEntities(xml.slice(at, next < 0 ? xml.length : next)));
    if (next < 0) break;
    const second = xml[next + 1];
    if (second === '!' || second === '?') {
      const special = skipSpecial(xml, next);
      addText(progress, special.text);
      at = special.end;
      continue;
    }
    const end = tagEnd(xml, next);
    const tag = xml.slice(next + 1, end);
    if (second === '/') {
      closeElement(progress, tag.slice(1).trim(), next);
    } else {
      openElement(progress, tag, next);
      if (tag.endsWith('/')) closeElement(progress, undefined, next);
    }
    at = end + 1;
    // Some scanners pad the packet with NULs or text after the root.
    if (progress.root !== undefined) break;
  }
  if (progress.root === undefined) throw invalid('no complete root', at);
  return progress.root;
}
