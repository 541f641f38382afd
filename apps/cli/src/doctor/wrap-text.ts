const COLUMNS = 100;

/** Breaks a line between words; the lines after the first begin with `indent`. A longer word is left whole. */
export function wrapText(text: string, indent = ''): string {
  const [, lead = '', rest = ''] = /^(\s*)([^]*)$/.exec(text) ?? [];
  const lines: string[] = [];
  let line = lead;
  for (const word of rest.split(' ')) {
    const isFirst = line.trim() === '';
    if (!isFirst && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
