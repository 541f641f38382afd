type Schemas = Readonly<Record<string, unknown>>;

const PREFIX = '#/components/schemas/';

/** An OpenAPI document, as far as it is looked into here. */
export interface ComponentDocument {
  readonly paths?: unknown;
  readonly components?: { readonly schemas?: Schemas };
}

/**
 * The generator registers every named schema twice, as read and as written (`JobSpecInput`). Keeps those that a path
 * leads to, and gives the reading form its plain name where the other is not used.
 */
export function pruneComponents<Document extends ComponentDocument>(document: Document): Document {
  const all = document.components?.schemas ?? {};
  const used = reachable(document.paths, all);
  const renames = new Map(
    [...used]
      .filter((name) => name.endsWith('Input') && !used.has(plainName(name)))
      .map((name) => [name, plainName(name)]),
  );
  const schemas = Object.fromEntries(
    [...used].toSorted().map((name) => [renames.get(name) ?? name, all[name]]),
  );
  const pruned = { ...document, components: { ...document.components, schemas } };
  return rename(pruned, renames);
}

function plainName(name: string): string {
  return name.replace(/Input$/, '');
}

function reachable(start: unknown, schemas: Schemas): ReadonlySet<string> {
  const found = new Set<string>();
  const open: unknown[] = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const [, name] of JSON.stringify(node).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || found.has(name)) continue;
      found.add(name);
      open.push(schemas[name]);
    }
  }
  return found;
}

function rename<Document>(document: Document, renames: ReadonlyMap<string, string>): Document {
  const replaced: unknown = JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(PREFIX)) return value;
    const name = value.slice(PREFIX.length);
    return PREFIX + (renames.get(name) ?? name);
  });
  return replaced as Document; // the same document, references renamed
}
