import type { XmlElement } from './parse-xml.ts';

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The element at the end of a path of first children, `childAt(scn, 'collection', 'image')`. */
export function childAt(
  element: XmlElement | undefined,
  ...path: readonly string[]
): XmlElement | undefined {
  let at = element;
  for (const name of path) at = at?.children.find((child) => child.name === name);
  return at;
}

/** All elements of a name, at any depth, in document order. */
export function descendantsOf(element: XmlElement, name: string): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const visit = (at: XmlElement) => {
    if (at.name === name) found.push(at);
    for (const child of at.children) visit(child);
  };
  visit(element);
  return found;
}

export function numberAttribute(element: XmlElement | undefined, name: string): number | undefined {
  const text = element?.attributes.get(name);
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** A finite positive number, or undefined. */
export function positiveNumber(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
