// Everything that is not a file of the page comes from a real server, which must take us for itself.
import { request as ask } from 'node:http';

/** @param backend its address, as its PUBLIC_URL says it */
export function forward(backend, page, request, response) {
  const target = new URL(request.url, backend);
  const ours = `http://${request.headers.host}`;
  const headers = { ...request.headers, host: target.host, 'accept-encoding': 'identity' };
  if (headers.origin === ours) headers.origin = target.origin;
  const onward = ask(target, { method: request.method, headers }, (answer) => {
    const said = { ...answer.headers };
    if (said.location) said.location = said.location.replace(target.origin, ours);
    if (!/^text\/html/.test(said['content-type'] ?? '')) {
      response.writeHead(answer.statusCode, said);
      answer.pipe(response);
      return;
    }
    let html = '';
    answer.setEncoding('utf8');
    answer.on('data', (part) => (html += part));
    answer.on('end', () => {
      const body = Buffer.from(page.adopt(html));
      // The styles that it wrote into the page are allowed by their hash; ours come as a file.
      const policy = said['content-security-policy'];
      if (policy) said['content-security-policy'] = policy.replace('style-src', "style-src 'self'");
      delete said['transfer-encoding'];
      response.writeHead(answer.statusCode, { ...said, 'content-length': body.length }).end(body);
    });
  });
  onward.on('error', (error) => {
    if (!response.headersSent) response.writeHead(502, { 'content-type': 'text/plain' });
    response.end(`dev: ${backend} does not answer: ${error.message}`);
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
