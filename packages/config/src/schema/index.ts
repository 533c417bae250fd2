// The configuration as JSON: addresses are text, bytes are hexadecimal digits; for tools, so loaded by nothing else here.
import * as z from 'zod';
import type { Config } from '../model.ts';
import { configSchema } from './config.ts';

export { configSchema };

/** The JSON schema (draft 2020-12) of what `configToJson` gives. */
export const configJsonSchema = (): object =>
  z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-2020-12',
    // That our own lists are readonly says nothing about a file.
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
    },
  });

/** A value that JSON.stringify writes as the schema says. */
export const configToJson = (config: Config): z.input<typeof configSchema> => z.encode(configSchema, config);

/** Reads it back; throws a ZodError that names the place of what does not fit. */
export const configFromJson = (json: z.input<typeof configSchema>): Config => z.decode(configSchema, json);
