import { describe, expect, test } from 'vitest';
import { decodeBase64 } from './decode-base64.ts';
import { childAt, descendantsOf, numberAttribute } from './find-elements.ts';
import { parseXml } from './parse-xml.ts';

describe('the XML of a scanner', () => {
  test('elements, attributes, text and CDATA are read, prefixes left out', () => {
    const root = parseXml(
      '<?xml version="1.0"?><!-- a > comment --><o:OME a="1 &lt; 2"><b c=\'3\'/>t&#233;xt<![CDATA[<&]]></o:OME>\0',
    );
    expect(root.name).toBe('OME');
    expect(root.attributes.get('a')).toBe('1 < 2');
    expect(numberAttribute(childAt(root, 'b'), 'c')).toBe(3);
    expect(root.text).toBe('téxt<&');
    expect(descendantsOf(root, 'b').length).toBe(1);
  });

  test.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an end without a start', '</a>'],
    ['ends that cross', '<a><b></a></b>'],
    ['a tag that does not end', '<a b="'],
    ['nothing', '   '],
    ['a root that is not closed', '<a><b></b>'],
  ])('%s is refused', (_, xml) => {
    expect(() => parseXml(xml)).toThrow(expect.objectContaining({ code: 'format.damaged' }));
  });

  test('an entity of the document itself is never expanded', () => {
    expect(parseXml('<a>&bomb;</a>').text).toBe('&bomb;');
  });

  test('nesting and size are bounded', () => {
    const deep = `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`;
    expect(() => parseXml(deep)).toThrow(expect.objectContaining({ code: 'format.too-large' }));
    const many = `<a>${'<b/>'.repeat(500_000)}</a>`;
    expect(() => parseXml(many)).toThrow(expect.objectContaining({ code: 'format.too-large' }));
  });

  test('base64 is decoded across line breaks', () => {
    expect(new TextDecoder().decode(decodeBase64('REVN\r\nTy0w MDAx'))).toBe('DEMO-0001');
    expect(decodeBase64('/+8=')).toEqual(Uint8Array.of(0xff, 0xef));
  });
});
