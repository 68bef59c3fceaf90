// A line per test and a closing line, for node --test.
export default async function* report(source) {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for await (const { type, data } of source) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      yield data.message;
      continue;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const ok = type === 'test:pass';
    const isContainer = data.details?.type === 'suite' || /\.test\.mjs$/.test(data.name);
    const itself = data.details?.error?.failureType !== 'subtestsFailed';
    if (isContainer && (ok || !itself)) continue;
    if (data.skip !== undefined || data.todo !== undefined) {
      ++skipped;
      continue;
    }
    if (ok) ++passed;
    else ++failed;
    const seconds = ((data.details?.duration_ms ?? 0) / 1000).toFixed(1);
    yield `${ok ? 'ok    ' : 'FAILED'} ${data.name} (${seconds} s)\n`;
    if (!ok) yield `${explain(data.details.error)}\n`;
  }
  const left = skipped > 0 ? `${skipped} skipped, ` : '';
  yield `${left}${passed} passed, ${failed} failed\n`;
}

function explain(error) {
  const cause = error?.cause ?? error;
  const lines = [cause?.stack ?? cause?.message ?? String(cause)];
  if (cause?.cause) lines.push(`because: ${cause.cause.stack ?? cause.cause}`);
  return lines.join('\n').replace(/^/gm, '    ');
}
