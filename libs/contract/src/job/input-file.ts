import { z } from 'zod';
import { expected, expectedObject } from '../text/wording.js';
import { checkContent, contentShape } from './content.js';
import { relativePathSchema } from './relative-path.js';

const MODE = 'an octal file mode as a string, such as "644" or "0755"';

const shape = {
  path: relativePathSchema,
  ...contentShape,
  mode: z
    .string({ error: expected(MODE) })
    .regex(/^0?[0-7]{3}$/, `Expected ${MODE}`)
    .default('0644')
    .meta({ description: 'Permission bits, octal, as in chmod(1).' }),
};

/** A file to be placed below the work directory before the payload starts. */
export const inputFileSchema = z
  .strictObject(shape, { error: expectedObject('a file: {"path", "content"}', Object.keys(shape)) })
  .superRefine(checkContent)
  .meta({ id: 'InputFile' });

export type InputFile = z.infer<typeof inputFileSchema>;
