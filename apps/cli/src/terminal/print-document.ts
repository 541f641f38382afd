import { writeOut } from './write-out.js';

/** Prints a document as JSON, for people and for jq(1). */
export async function printDocument(document: unknown): Promise<void> {
  await writeOut(process.stdout, `${JSON.stringify(document, null, 2)}\n`);
}
