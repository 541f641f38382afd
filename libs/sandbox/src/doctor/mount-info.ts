/** A line of proc_pid_mountinfo(5), as far as it concerns us. */
export interface Mount {
  readonly path: string;
  readonly type: string;
  /** Read-only itself, or its file system. */
  readonly isReadOnly: boolean;
}

/** Reads /proc/self/mountinfo. */
export function parseMountInfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [fields = '', filesystem = ''] = line.split(' - ');
    const [, , , , path, options = ''] = fields.split(' ');
    const [type = '', , superOptions = ''] = filesystem.split(' ');
    if (path === undefined) return [];
    const isReadOnly = [options, superOptions].some((list) => list.split(',').includes('ro'));
    return [{ path: unescape(path), type, isReadOnly }];
  });
}

/** Space, tab, newline and backslash are written in octal. */
function unescape(path: string): string {
  return path.replaceAll(/\\(\d{3})/g, (_, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 8)),
  );
}
