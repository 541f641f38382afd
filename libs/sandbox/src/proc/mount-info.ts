/** A line of proc_pid_mountinfo(5), as far as it concerns us. */
export interface Mount {
  readonly id: number;
  /** What of its file system is mounted. */
  readonly root: string;
  /** Where, as the process sees it. */
  readonly path: string;
  readonly type: string;
  /** Read-only itself, or its file system. */
  readonly isReadOnly: boolean;
}

/** Reads /proc/PID/mountinfo. */
export function parseMountInfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [fields = '', filesystem = ''] = line.split(' - ');
    const [id, , , root = '', path, options = ''] = fields.split(' ');
    const [type = '', , superOptions = ''] = filesystem.split(' ');
    if (path === undefined) return [];
    const isReadOnly = [options, superOptions].some((list) => list.split(',').includes('ro'));
    return [{ id: Number(id), root: unescape(root), path: unescape(path), type, isReadOnly }];
  });
}

/** Space, tab, newline and backslash are written in octal. */
function unescape(path: string): string {
  return path.replaceAll(/\\(\d{3})/g, (_, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 8)),
  );
}
