export { benchCells } from './bench-cells.js';
export { benchService } from './bench-service.js';
export { formatGroup } from './report/bench-report.js';
export type { BenchGroup, BenchRow } from './report/bench-report.js';
