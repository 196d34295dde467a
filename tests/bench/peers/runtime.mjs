// Polls Lambda for events. AWS's own client for Node is built from C++ when it is installed, which not every machine can do;
// it does the same in as many requests.

import http from 'node:http';
import { handler } from './care_packages.mjs';

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body = undefined) {
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, agent, method, path: `/2018-06-01/runtime/invocation/${path}` }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ id: response.headers['lambda-runtime-aws-request-id'], text: Buffer.concat(chunks).toString() });
    });
    request.on('error', reject);
    request.end(body);
  });
}

for (;;) {
  const { id, text } = await call('GET', 'next');
  await call('POST', `${id}/response`, JSON.stringify(await handler(JSON.parse(text))));
}
