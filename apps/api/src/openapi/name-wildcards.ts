interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

/** What clients read in place of the router's `*`. */
const NAME = 'path';

/** Gives the rest of a path that a route takes as `*` a name: OpenAPI has no word for it. */
export function nameWildcards(paths: Readonly<Record<string, object>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) =>
      path.endsWith('{*}') ? [path.replace('{*}', `{${NAME}}`), nameParameters(item)] : [path, item],
    ),
  );
}

function nameParameters(item: object): object {
  // Path items of this document hold operations only: the generator writes nothing else into them.
  const operations = Object.entries(item as Record<string, Operation>);
  return Object.fromEntries(
    operations.map(([method, { parameters = [], ...operation }]) => {
      const named = parameters.map((given) => (given.name === '*' ? { ...given, name: NAME } : given));
      return [method, { ...operation, parameters: named }];
    }),
  );
}
