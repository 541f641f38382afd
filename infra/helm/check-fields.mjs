/**
 * Which fields the types of a version of Kubernetes have. A type is `string`, `integer`, `number`, `boolean`, `object`,
 * `scalar` (a number or a string), `any` or a name in `types`; `[]` makes it a list, `{}` a map, `!` a field that must be there.
 *
 * @typedef {{ version: string, kinds: Record<string, string>, types: Record<string, Record<string, string>> }} FieldTable
 */

/**
 * Holds a manifest to the API, as the server's strict field validation would.
 *
 * @param {FieldTable} table
 * @param {unknown} manifest
 * @returns {readonly string[]} one sentence for each mistake
 */
export function checkFields(table, manifest) {
  const { apiVersion, kind } = /** @type {{ apiVersion?: string, kind?: string }} */ (manifest);
  const type = table.kinds[`${apiVersion} ${kind}`];
  return type === undefined
    ? [`${apiVersion} ${kind} is no kind of the table`]
    : checkValue(table, type, manifest, '');
}

/**
 * @param {FieldTable} table
 * @param {string} type
 * @param {unknown} value
 * @param {string} path
 * @returns {readonly string[]}
 */
function checkValue(table, type, value, path) {
  const inner = type.slice(0, -2);
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, index) => checkValue(table, inner, item, `${path}[${index}]`));
  }
  if (type.endsWith('{}')) {
    if (!isObject(value)) return [`${path} is no map`];
    return Object.entries(value).flatMap(([name, item]) => checkValue(table, inner, item, `${path}.${name}`));
  }
  const fields = table.types[type];
  if (fields !== undefined) return checkObject(table, fields, value, path);
  return isOfType(type, value) ? [] : [`${path} is no ${type}`];
}

/**
 * @param {FieldTable} table
 * @param {Record<string, string>} fields
 * @param {unknown} value
 * @param {string} path
 */
function checkObject(table, fields, value, path) {
  if (!isObject(value)) return [`${path} is no object`];
  const missing = Object.keys(fields).filter(
    (name) => fields[name]?.endsWith('!') && value[name] === undefined,
  );
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const type = fields[name];
      if (type === undefined) return [`${path}.${name} is no field of Kubernetes ${table.version}`];
      return checkValue(table, type.replace(/!$/, ''), item, `${path}.${name}`);
    }),
  ];
}

/**
 * @param {string} type
 * @param {unknown} value
 */
function isOfType(type, value) {
  if (type === 'any') return true;
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'scalar') return typeof value === 'string' || typeof value === 'number';
  return typeof value === type;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
