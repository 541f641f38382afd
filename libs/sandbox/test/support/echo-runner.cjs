// A runner for tests: says that it is ready, does what its message says, in JavaScript, and gives its record.
const { readFileSync, writeSync } = require('node:fs');
const { runInThisContext } = require('node:vm');

globalThis.require = require;
writeSync(4, 'ready\n');
const record = runInThisContext(readFileSync(3, 'utf8'));
writeSync(4, JSON.stringify(record ?? null));
