import { describe, expect, it } from 'vitest';
import { readConfig } from './read-config.js';
import type { Environment } from './read-setting.js';

const HOST = { cores: 4, home: '/home/u' };
const configOf = (environment: Environment) => readConfig(environment, HOST).config;

describe('readConfig', () => {
  it('needs no variable at all', () => {
    expect(readConfig({}, HOST)).toEqual({
      config: {
        listen: { host: '127.0.0.1', port: 7420 },
        dataDir: '/home/u/.local/state/sandlot',
        queue: 'embedded',
        concurrency: 4,
        cgroup: 'auto',
        require: [],
        subordinateIds: 'auto',
        seccomp: {},
        wasiRunners: 1,
        allowUnenforced: false,
        logLevel: 'info',
        connections: 2_048,
        waits: 1_024,
        maxima: {},
        graceMs: 15_000,
        retention: { ageMs: 86_400_000, count: 100_000 },
      },
      warnings: [],
    });
  });

  it('reads every variable', () => {
    const environment = {
      SANDLOT_LISTEN: 'unix:/run/s.sock',
      SANDLOT_DATA_DIR: '/data',
      SANDLOT_QUEUE: 'redis://127.0.0.1:6379/1',
      SANDLOT_CONCURRENCY: '2',
      SANDLOT_CGROUP: '/sys/fs/cgroup/jobs',
      SANDLOT_REQUIRE: 'cgroup',
      SANDLOT_MINIMUM_TIER: 'T1',
      SANDLOT_HEALTH_LISTEN: '0.0.0.0:7421',
      SANDLOT_SUBORDINATE_IDS: 'require',
      SANDLOT_SECCOMP_PROFILE: 'operator',
      SANDLOT_SECCOMP_FILE: '/etc/profile.json',
      SANDLOT_WASI_RUNNERS: '3',
      SANDLOT_ALLOW_UNENFORCED: '1',
      SANDLOT_LOG_LEVEL: 'debug',
      SANDLOT_BODY_BYTES: '1MiB',
      SANDLOT_API_KEYS_FILE: '/etc/keys.json',
      SANDLOT_CONNECTIONS: '100',
      SANDLOT_WAITS: '50',
      SANDLOT_MAX_WALL_TIME_MS: '5000',
      SANDLOT_MAX_MEMORY_BYTES: '64MiB',
      SANDLOT_MAX_CPU_CORES: '0.57',
      SANDLOT_MAX_IO_BYTES_PER_SECOND: '10MiB',
      SANDLOT_GRACE_MS: '0',
      SANDLOT_RETENTION_MS: '60000',
      SANDLOT_RETENTION_JOBS: '10',
    };
    expect(configOf(environment)).toEqual({
      listen: { path: '/run/s.sock' },
      dataDir: '/data',
      queue: 'redis://127.0.0.1:6379/1',
      concurrency: 2,
      minimumTier: 'T1',
      healthListen: { host: '0.0.0.0', port: 7421 },
      cgroup: '/sys/fs/cgroup/jobs',
      require: ['memory', 'pids', 'cpu'],
      subordinateIds: 'require',
      seccomp: { profile: 'operator', file: '/etc/profile.json' },
      wasiRunners: 3,
      allowUnenforced: true,
      logLevel: 'debug',
      bodyBytes: 1_048_576,
      apiKeysFile: '/etc/keys.json',
      connections: 100,
      waits: 50,
      maxima: {
        wallTimeMs: 5_000,
        cpuCores: 0.57,
        memoryBytes: 67_108_864,
        ioBytesPerSecond: 10_485_760,
      },
      graceMs: 0,
      retention: { ageMs: 60_000, count: 10 },
    });
  });

  it.each([
    ['SANDLOT_LISTEN', '7420', 'expected host:port, [IPv6 address]:port or unix:/absolute/path'],
    ['SANDLOT_DATA_DIR', 'data', 'expected an absolute path'],
    [
      'SANDLOT_QUEUE',
      'kafka://x',
      'expected embedded, redis://host:port/db, redis+unix:///path, redis+sentinel://',
    ],
    ['SANDLOT_CONCURRENCY', '0', 'expected 1 to 1024'],
    ['SANDLOT_CONCURRENCY', '2.5', 'expected 1 to 1024'],
    ['SANDLOT_CGROUP', 'jobs', 'expected auto, none or an absolute path'],
    ['SANDLOT_REQUIRE', 'cgroups', 'expected cgroup, or some of memory, pids, cpu, io, with commas'],
    ['SANDLOT_REQUIRE', 'memory,', 'expected cgroup, or some of memory, pids, cpu, io, with commas'],
    ['SANDLOT_REQUIRE', 'cgroup,io', 'expected cgroup, or some of memory, pids, cpu, io, with commas'],
    ['SANDLOT_MINIMUM_TIER', 'T5', 'expected T0, T1, T2, T3, T4'],
    ['SANDLOT_HEALTH_LISTEN', ':7421', 'expected host:port, [IPv6 address]:port or unix:/absolute/path'],
    ['SANDLOT_SUBORDINATE_IDS', 'on', 'expected auto, off, require'],
    ['SANDLOT_ALLOW_UNENFORCED', 'yes', 'expected 0 or 1'],
    ['SANDLOT_LOG_LEVEL', 'loud', 'expected fatal, error, warn, info, debug, trace, silent'],
    ['SANDLOT_BODY_BYTES', 'big', 'expected a size such as 64MiB'],
    ['SANDLOT_GRACE_MS', '-1', 'expected 0 to 3600000 ms'],
    ['SANDLOT_RETENTION_MS', '24h', 'expected 1000 to 31536000000 ms'],
    ['SANDLOT_RETENTION_JOBS', '0', 'expected 1 to 10000000'],
    ['SANDLOT_MAX_WALL_TIME_MS', '600001', 'expected 1 to 600000'],
    ['SANDLOT_MAX_MEMORY_BYTES', '1KiB', 'expected a size from 1048576 to 68719476736 bytes'],
    ['SANDLOT_MAX_PIDS', '1.5', 'expected 1 to 4096'],
    ['SANDLOT_MAX_CPU_CORES', '0.001', 'expected 0.01 to 1024'],
    ['SANDLOT_MAX_CPU_CORES', '1.005', 'expected 0.01 to 1024'],
    ['SANDLOT_MAX_CPU_CORES', '1e2', 'expected 0.01 to 1024'],
    ['SANDLOT_API_KEYS_FILE', 'keys.json', 'expected an absolute path'],
    ['SANDLOT_CONNECTIONS', '0', 'expected 1 to 65536'],
    ['SANDLOT_WAITS', '70000', 'expected 1 to 65536'],
  ])('refuses %s=%s, naming variable, value and form', (name, value, expectation) => {
    expect(() => configOf({ [name]: value })).toThrow(`${name}="${value}" is not valid: ${expectation}`);
  });

  it('takes some controllers, each of them once', () => {
    expect(configOf({ SANDLOT_REQUIRE: 'io, memory,io' }).require).toEqual(['io', 'memory']);
  });

  it('takes an empty variable for unset', () => {
    expect(configOf({ SANDLOT_LISTEN: '', SANDLOT_CONCURRENCY: '' })).toEqual(configOf({}));
  });

  it('keeps its data in XDG_STATE_HOME if that is absolute', () => {
    expect(configOf({ XDG_STATE_HOME: '/state' }).dataDir).toBe('/state/sandlot');
    expect(configOf({ XDG_STATE_HOME: 'state' }).dataDir).toBe('/home/u/.local/state/sandlot');
  });

  describe('of a service without keys', () => {
    it.each([
      '0.0.0.0:7420',
      '[::]:7420',
      '10.0.0.1:80',
      'example.org:80',
      '127.0.0.1.nip.io:80',
      '[::ffff:1.2.3.4]:80',
    ])('refuses to listen beyond this machine: %s', (SANDLOT_LISTEN) => {
      const refusal = /there are no API keys.*sandlot keys create.*SANDLOT_API_KEYS_FILE.*127\.0\.0\.1/s;
      for (const SANDLOT_ALLOW_UNAUTHENTICATED of ['', '0']) {
        const environment = { SANDLOT_LISTEN, SANDLOT_ALLOW_UNAUTHENTICATED };
        expect(() => configOf(environment)).toThrow(refusal);
      }
    });

    it.each(['127.0.0.1:1', '127.9.8.7:1', '[::1]:1', 'localhost:1', 'unix:/run/s.sock'])(
      'lets it listen on this machine: %s',
      (SANDLOT_LISTEN) => {
        expect(readConfig({ SANDLOT_LISTEN }, HOST).warnings).toEqual([]);
      },
    );

    it('lets it listen anywhere if told so, and warns', () => {
      const environment = { SANDLOT_LISTEN: '0.0.0.0:7420', SANDLOT_ALLOW_UNAUTHENTICATED: '1' };
      expect(readConfig(environment, HOST)).toMatchObject({
        config: { listen: { host: '0.0.0.0', port: 7420 } },
        warnings: [expect.stringMatching(/open to other machines and has no keys/)],
      });
    });
  });

  it('lets a service with keys listen anywhere', () => {
    const environment = { SANDLOT_LISTEN: '0.0.0.0:7420', SANDLOT_API_KEYS_FILE: '/k.json' };
    expect(readConfig(environment, HOST).warnings).toEqual([]);
  });

  it('warns of variables that nothing reads, and of no others', () => {
    const { warnings } = readConfig(
      { SANDLOT_LISTN: 'x', SANDLOT_URL: 'y', SANDLOT_MAX_X: '1', HOME: '/' },
      HOST,
    );
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('SANDLOT_LISTN is not a setting');
    expect(warnings[1]).toContain('SANDLOT_MAX_X');
  });
});
