/**
 * A chord as it is stored and compared: modifiers in the order Ctrl, Alt, Shift, Meta, then the physical
 * key (KeyboardEvent.code): 'KeyG', 'Shift+Slash', 'Ctrl+Shift+KeyZ', 'ArrowLeft'. Physical keys do not
 * change with the keyboard layout or an input method. 'Mod+' in a default means Ctrl, on a Mac Meta.
 */
export type Chord = string;

export interface KeyPress {
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

const MODIFIER_CODES = /^(Control|Shift|Alt|Meta|OS)(Left|Right)?$/;
const CHARACTER_CODES =
  /^(Key[A-Z]|Digit\d|Numpad(\d|Add|Subtract|Multiply|Divide|Decimal)|Space|Minus|Equal|Bracket(Left|Right)|Backslash|Semicolon|Quote|Backquote|Comma|Period|Slash|Intl\w+)$/;

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Minus: '−',
  Equal: '=',
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Semicolon: ';',
  Quote: "'",
  Backquote: '`',
  Comma: ',',
  Period: '.',
  Slash: '/',
  NumpadAdd: 'Num +',
  NumpadSubtract: 'Num −',
  NumpadMultiply: 'Num ×',
  NumpadDivide: 'Num ÷',
  NumpadDecimal: 'Num .',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

/** What Shift makes of a key on the US layout, which Chinese keyboards share. */
const SHIFTED: Readonly<Record<string, string>> = {
  Slash: '?',
  Comma: '<',
  Period: '>',
  Equal: '+',
};

export function isModifierOnly(code: string): boolean {
  return MODIFIER_CODES.test(code);
}

export function chordOf(press: KeyPress): Chord {
  const parts = [
    press.ctrlKey ? 'Ctrl' : '',
    press.altKey ? 'Alt' : '',
    press.shiftKey ? 'Shift' : '',
    press.metaKey ? 'Meta' : '',
    press.code,
  ];
  return parts.filter((part) => part !== '').join('+');
}

export function codeOf(chord: Chord): string {
  return chord.slice(chord.lastIndexOf('+') + 1);
}

export function resolveMod(chord: Chord, isMac: boolean): Chord {
  return chord.replace('Mod+', isMac ? 'Meta+' : 'Ctrl+');
}

/** WCAG 2.1.4 speaks of shortcuts made of a character alone, with or without Shift. */
export function isSingleCharacter(chord: Chord): boolean {
  const modified = /(^|\+)(Ctrl|Alt|Meta)\+/.test(chord);
  return !modified && CHARACTER_CODES.test(codeOf(chord));
}

function signOf(code: string): string {
  const plain = /^(?:Key|Digit)(.)$/.exec(code)?.[1];
  if (plain !== undefined) return plain;
  const pad = /^Numpad(\d)$/.exec(code)?.[1];
  return pad === undefined ? (SIGNS[code] ?? code) : `Num ${pad}`;
}

/** The key caps to draw: 'Ctrl+Shift+KeyZ' → ['Ctrl', 'Shift', 'Z']; 'Shift+Slash' → ['?']. */
export function keyCapsOf(chord: Chord): readonly string[] {
  const parts = chord.split('+');
  const code = parts.at(-1) ?? '';
  const modifiers = parts.slice(0, -1);
  const shifted = SHIFTED[code];
  if (shifted !== undefined && modifiers.includes('Shift')) {
    return [...modifiers.filter((part) => part !== 'Shift'), shifted];
  }
  return [...modifiers.map((part) => (part === 'Meta' ? '⌘' : part)), signOf(code)];
}
