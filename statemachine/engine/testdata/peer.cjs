// Measures aws-local-stepfunctions, a state machine interpreter for Node.js, on one definition. Reads {"definition", "input", "seconds"} as JSON from the
// standard input and prints the executions per second of processor time. Tasks double their input. The package comes from $STEPLOOM_NODE_MODULES.
'use strict';
const path = require('node:path');

if (!Promise.withResolvers) { // the package needs Node.js 22
  Promise.withResolvers = () => {
    const parts = {};
    parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
    return parts;
  };
}

const { StateMachine } = require(path.join(process.env.STEPLOOM_NODE_MODULES || '', 'aws-local-stepfunctions'));

async function measure({ definition, input, seconds }) {
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
  const options = { overrides: { taskResourceLocalHandlers: { T: (n) => n * 2 } } };
  const run = () => machine.run(input, options).result;
  for (let i = 0; i < 20; i++) await run(); // warm up
  const start = process.cpuUsage();
  let executions = 0;
  let spent = 0;
  while (spent < seconds) {
    await run();
    executions++;
    const { user, system } = process.cpuUsage(start);
    spent = (user + system) / 1e6;
  }
  return executions / spent;
}

let text = '';
process.stdin.on('data', (chunk) => { text += chunk; });
process.stdin.on('end', async () => console.log(await measure(JSON.parse(text))));
