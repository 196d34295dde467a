// What the pages for developers show, made of the API's own description (`make site` writes it before this is read).
import { readFileSync } from 'node:fs';

const PREFIX = '#/components/schemas/';

// The value of a format that says nothing better of itself.
const OF_FORMAT = { date: '2026-04-06', 'date-time': '2026-04-06T09:00:00Z', uuid: '5f1c09a2-b7d3-4e60-8f6a-1d2c3b4a5e6f' };

export default function developers() {
  const file = new URL('../../.generated/openapi.json', import.meta.url);
  const api = JSON.parse(readFileSync(file, 'utf8'));
  const schemas = api.components.schemas;
  const named = (schema) => (schema?.$ref?.startsWith(PREFIX) ? schema.$ref.slice(PREFIX.length) : undefined);
  const resolved = (schema) => (named(schema) ? schemas[named(schema)] : schema ?? {});
  const types = (schema) => [schema.type ?? []].flat().filter((type) => type !== 'null');
  const choices = (schema) => (schema.anyOf ?? schema.allOf ?? []).filter((each) => each.type !== 'null');

  // The parts of a shape's name: words, and the names of other shapes to go to.
  function type(schema) {
    if (!schema) return [{ text: 'anything' }];
    if (named(schema)) return plain(resolved(schema)) ? type(resolved(schema)) : [{ text: named(schema), shape: named(schema) }];
    if (choices(schema).length) {
      const between = schema.allOf ? ' and ' : ' or ';
      return choices(schema).flatMap((each, at) => (at ? [{ text: between }, ...type(each)] : type(each)));
    }
    if (schema.enum?.length) return [{ text: schema.enum.map((each) => `“${each}”`).join(', ') }];
    if (types(schema).includes('array')) return [{ text: 'list of ' }, ...type(schema.items)];
    const format = schema.format && !schema.format.startsWith('int') ? ` (${schema.format})` : '';
    return [{ text: `${types(schema).join(' or ') || 'anything'}${format}` }];
  }

  // What is a single value needs no place of its own.
  function plain(schema) {
    return !schema.properties && !schema.anyOf && !schema.allOf && (schema.enum?.length ?? 0) < 13;
  }

  function example(schema, within = []) {
    const name = named(schema);
    if (name && within.includes(name)) return null;
    const inside = name ? [...within, name] : within;
    const it = resolved(schema);
    if (it.examples?.length) return it.examples[0];
    if (it.enum?.length) return it.enum[0];
    if (it.allOf) return Object.assign({}, ...it.allOf.map((each) => example(each, inside)));
    if (it.anyOf) return example(choices(it)[0] ?? {}, inside);
    if (it.properties) {
      return Object.fromEntries(Object.entries(it.properties).map(([field, of]) => [field, example(of, inside)]));
    }
    const kind = types(it)[0];
    if (kind === 'array') return it.items ? [example(it.items, inside)] : [];
    if (kind === 'integer' || kind === 'number') return it.minimum ?? 1;
    if (kind === 'boolean') return true;
    if (kind === 'object') return {};
    return OF_FORMAT[it.format] ?? 'text';
  }

  // The shapes that something refers to, nearest first.
  function shapesOf(value, found = new Set()) {
    if (Array.isArray(value)) value.forEach((each) => shapesOf(each, found));
    else if (value && typeof value === 'object') {
      const name = named(value);
      if (name && !found.has(name)) {
        if (!plain(schemas[name])) found.add(name);
        shapesOf(schemas[name], found);
      }
      Object.values(value).forEach((each) => shapesOf(each, found));
    }
    return found;
  }

  function fields(schema) {
    const parts = schema.allOf?.map(resolved) ?? [schema];
    return parts.flatMap((part) => Object.entries(part.properties ?? {}).map(([name, of]) => ({
      name,
      type: type(of),
      required: (part.required ?? []).includes(name),
      description: of.description ?? resolved(of).description,
    })));
  }

  function content(of) {
    const [[kind, media] = []] = Object.entries(of?.content ?? {});
    return kind && { kinds: Object.keys(of.content), type: media.schema && type(media.schema), example: media.schema && JSON.stringify(example(media.schema), null, 2) };
  }

  function operation([method, it], path) {
    const responses = Object.entries(it.responses);
    return {
      id: it.operationId.replaceAll('.', '-'),
      method: method.toUpperCase(),
      path,
      summary: it.summary,
      description: it.description,
      access: it['x-access'],
      parameters: it.parameters.map((each) => ({ ...each, type: type(each.schema), description: each.description ?? resolved(each.schema).description })),
      body: content(it.requestBody),
      answers: responses.filter(([, response]) => !response.$ref).map(([status, response]) => ({ status, description: response.description, ...content(response) })),
      refusals: responses.filter(([, response]) => response.$ref).map(([status]) => ({ status, description: api.components.responses[`Refused${status}`].description })),
      source: it,
    };
  }

  const operations = Object.entries(api.paths).flatMap(([path, methods]) => Object.entries(methods).map((each) => ({ tag: each[1].tags[0], ...operation(each, path) })));
  const areas = api.tags.map(({ name, description }) => {
    const own = operations.filter((each) => each.tag === name);
    const shapes = [...shapesOf(own.map((each) => each.source))].sort().map((shape) => ({
      name: shape,
      description: schemas[shape].description,
      fields: fields(schemas[shape]),
      type: schemas[shape].properties || schemas[shape].allOf ? undefined : type(schemas[shape]),
    }));
    return { name, description, operations: own, shapes };
  });
  return { about: api.info.description, version: api.openapi, areas };
}
