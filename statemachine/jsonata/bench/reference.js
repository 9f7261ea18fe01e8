// Runs the reference implementation of JSONata for the tests and benchmarks of this package.
//
//   node reference.js evaluate < cases   one JSON {expr, input, bindings} a line in, one outcome a line out
//   node reference.js depth < cases      the same, {depth} or {code} a line out: how deep the calls of its function evaluate nest
//   node reference.js bench < cases      one JSON {name, expr, input} a line in, {name, nanoseconds, compile} a line out
//
// The folder of the npm package jsonata@2.0.6 is found through STEPLOOM_NODE_MODULES.
'use strict';
const path = require('path');
const readline = require('readline');
const jsonata = require(path.join(process.env.STEPLOOM_NODE_MODULES, 'jsonata'));

// plain gives JSON text in which what JSON cannot hold is marked.
function plain(value) {
  return JSON.stringify(value, (key, v) => {
    if (typeof v === 'function' || (v && (v._jsonata_lambda || v._jsonata_function))) return { $function: true };
    if (typeof v === 'number' && !isFinite(v)) return { $number: String(v) };
    return v;
  });
}

// The reference's library functions remember in which call they were used last, and name that in later errors.
const names = `sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains
  replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean not map zip
  filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort shuffle distinct base64encode
  base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl eval toMillis fromMillis clone`.split(/\s+/);
let library;

async function forget() {
  library = library || await Promise.all(names.map((name) => jsonata('$' + name).evaluate()));
  for (const f of library) {
    delete f.token;
    delete f.position;
  }
}

async function evaluate({ expr, input, bindings }) {
  await forget();
  const before = JSON.stringify(input);
  try {
    const value = await jsonata(expr).evaluate(input, bindings);
    if (JSON.stringify(input) !== before) return { changed: true };
    return value === undefined ? { undefined: true } : { text: plain(value) };
  } catch (e) {
    return { code: e.code || 'JavaScript', message: String(e.message), position: e.position, token: e.token };
  }
}

// nestingReference is the reference with its function evaluate changed to note how deep its calls nest.
function nestingReference() {
  const { AsyncLocalStorage } = require('async_hooks');
  const file = path.join(process.env.STEPLOOM_NODE_MODULES, 'jsonata', 'jsonata.js');
  const head = 'async function evaluate(expr, input, environment) {';
  const parts = require('fs').readFileSync(file, 'utf8').split(head);
  if (parts.length !== 2) throw new Error('evaluate is not where it was');
  const level = new AsyncLocalStorage();
  const noted = { deepest: 0 };
  global.noteLevel = (run) => {
    const depth = (level.getStore() || 0) + 1;
    noted.deepest = Math.max(noted.deepest, depth);
    return level.run(depth, run);
  };
  const copy = new (require('module'))(file);
  copy._compile(`${parts[0]}${head} return noteLevel(() => evaluateHere(expr, input, environment)); }
    async function evaluateHere(expr, input, environment) {${parts[1]}`, file);
  return { jsonata: copy.exports, noted };
}

let nesting;

async function depth({ expr, input, bindings }) {
  nesting = nesting || nestingReference();
  nesting.noted.deepest = 0;
  try {
    await nesting.jsonata(expr).evaluate(input, bindings);
    return { depth: nesting.noted.deepest };
  } catch (e) {
    return { code: e.code || 'JavaScript' };
  }
}

// perRun measures the nanoseconds that one run takes: the median of rounds of at least 100 ms.
async function perRun(run) {
  let count = 1;
  const round = async () => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) await run();
    return Number(process.hrtime.bigint() - start);
  };
  for (let took = await round(); took < 1e8; took = await round()) count = Math.max(count + 1, Math.ceil(count * Math.min(10, 1.2e8 / took)));
  const rounds = [];
  for (let i = 0; i < 5; i++) rounds.push(await round() / count);
  return rounds.sort((a, b) => a - b)[2];
}

async function bench({ name, expr, input }) {
  const compiled = jsonata(expr);
  const nanoseconds = await perRun(() => compiled.evaluate(input));
  const compile = await perRun(() => jsonata(expr));
  return { name, nanoseconds, compile };
}

async function main() {
  const answer = { bench, depth, evaluate }[process.argv[2]];
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + '\n');
  }
}

main();
