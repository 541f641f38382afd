import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRunRecord } from './decode-run-record.js';
import { RECORD_MAX_BYTES, TRAP_KINDS } from './runner-protocol.js';

function decode(text: string): unknown {
  return decodeRunRecord(Buffer.from(text));
}

describe('decodeRunRecord', () => {
  it.each([
    [{ kind: 'exited', exitCode: 0 }],
    [{ kind: 'exited', exitCode: 4_294_967_295 }],
    [{ kind: 'refused', message: 'why' }],
    [{ kind: 'trapped', trap: 'unreachable', message: 'unreachable' }],
    [{ kind: 'trapped', trap: 'other', message: '', function: 'f' }],
  ])('takes %j', (record) => {
    expect(decode(`${JSON.stringify(record)}\n`)).toEqual(record);
  });

  it.each([
    ['nothing', ''],
    ['no line', '{"kind":"exited","exitCode":0}'],
    ['two lines', '{"kind":"exited","exitCode":0}\n{"kind":"exited","exitCode":0}\n'],
    ['something after the line', '{"kind":"exited","exitCode":0}\n '],
    ['no JSON', 'exited\n'],
    ['no object', '[]\n'],
    ['null', 'null\n'],
    ['an unknown kind', '{"kind":"vanished"}\n'],
    ['a kind that objects have', '{"kind":"constructor"}\n'],
    ['too large an exit code', '{"kind":"exited","exitCode":4294967296}\n'],
    ['a negative exit code', '{"kind":"exited","exitCode":-1}\n'],
    ['half an exit code', '{"kind":"exited","exitCode":0.5}\n'],
    ['a text for an exit code', '{"kind":"exited","exitCode":"0"}\n'],
    ['a field too many', '{"kind":"exited","exitCode":0,"more":1}\n'],
    ['a prototype', '{"kind":"exited","exitCode":0,"__proto__":{"x":1}}\n'],
    ['fields from a prototype alone', '{"__proto__":{"kind":"exited","exitCode":0}}\n'],
    ['an unknown trap', '{"kind":"trapped","trap":"toString","message":""}\n'],
    ['no message', '{"kind":"trapped","trap":"other"}\n'],
    ['a function that is no text', '{"kind":"trapped","trap":"other","message":"","function":1}\n'],
    ['another field than function', '{"kind":"trapped","trap":"other","message":"","stack":""}\n'],
    ['half a character', '{"kind":"refused","message":"\\ud800"}\n'],
    ['too long a message', `{"kind":"refused","message":"${'x'.repeat(501)}"}\n`],
    ['too long a line', `{"kind":"refused","message":""${' '.repeat(RECORD_MAX_BYTES)}}\n`],
  ])('takes no %s', (_what, text) => {
    expect(decode(text)).toBeUndefined();
  });

  it('takes no bytes that are not UTF-8', () => {
    const line = Buffer.from('{"kind":"refused","message":"?"}\n');
    line[line.indexOf('?')] = 0xff;
    expect(decodeRunRecord(line)).toBeUndefined();
  });

  it('gives a fresh record with known fields, or nothing, whatever comes', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(`${text}\n`)),
      fc
        .record(
          {
            kind: fc.constantFrom('exited', 'trapped', 'refused', '__proto__'),
            exitCode: fc.anything(),
            trap: fc.oneof(fc.constantFrom(...TRAP_KINDS), fc.anything()),
            message: fc.oneof(fc.string(), fc.anything()),
            function: fc.oneof(fc.string(), fc.anything()),
          },
          { requiredKeys: ['kind'] },
        )
        .map((record) =>
          Buffer.from(
            `${JSON.stringify(record, (_key, value: unknown) => (typeof value === 'bigint' ? 0 : value))}\n`,
          ),
        ),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        const record = decodeRunRecord(bytes);
        if (record === undefined) return;
        expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
        expect(['exited', 'trapped', 'refused']).toContain(record.kind);
      }),
    );
  });
});
