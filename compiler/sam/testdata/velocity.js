// Renders mapping templates as API Gateway does, with the Velocity engine velocityjs. One JSON object per line comes in:
// {"template", "body", "path", "query", "header", "context"}; one goes out: {"text", "status", "header"}.
'use strict';
const path = require('path');
const velocity = require(path.join(process.env.STEPLOOM_NODE_MODULES || '', 'velocityjs'));

// What Java's escapeJavaScript escapes.
const escapes = { '"': '\\"', "'": "\\'", '\\': '\\\\', '/': '\\/', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escapeJavaScript = (text) => Array.from({ length: text.length }, (_, i) => {
  const unit = text[i], code = text.charCodeAt(i);
  return escapes[unit] || (code > 0x7f || code < 0x20 ? '\\u' + code.toString(16).toUpperCase().padStart(4, '0') : unit);
}).join('');

// velocityjs calls JavaScript methods; these are Java's of Map and String.
const isMap = (value) => value !== null && typeof value === 'object';
const handlers = [
  ['keySet', isMap, (map) => Object.keys(map)],
  ['containsKey', isMap, (map, [key]) => Object.hasOwn(map, key)],
  ['get', isMap, (map, [key]) => (Object.hasOwn(map, key) ? map[key] : null)],
  ['replaceAll', (value) => typeof value === 'string', (text, [pattern, by]) => text.replace(new RegExp(pattern, 'g'), by)],
  ['length', (value) => typeof value === 'string', (text) => text.length],
].map(([name, fits, method]) => ({
  match: ({ property, context }) => property === name && fits(context),
  resolve: ({ context, params }) => method(context, params),
}));

function render(request) {
  const context = {
    ...request.context,
    responseOverride: { status: undefined, header: {} },
  };
  const variables = {
    input: {
      body: request.body,
      params: () => ({ path: request.path || {}, querystring: request.query || {}, header: request.header || {} }),
      path: () => JSON.parse(request.body),
      // Writes what was read, here by the digits that came; what is not JSON is refused.
      json: () => (JSON.parse(request.body), request.body),
    },
    util: { escapeJavaScript: (text) => escapeJavaScript(String(text)), parseJson: JSON.parse },
    context,
  };
  const text = new velocity.Compile(velocity.parse(request.template), { customMethodHandlers: handlers }).render(variables);
  return { text, status: context.responseOverride.status ?? null, header: context.responseOverride.header };
}

require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  let answer;
  try {
    answer = render(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error.stack || error) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
});
