// What the server's database holds, read through SQLite's own shell.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export class Database {
  constructor(file) {
    this.file = file;
  }

  /** Rows as objects. `sql` may use :name for the values given. */
  async rows(sql, values = {}) {
    const quoted = (value) =>
      typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
    const text = sql.replace(/:([a-z_]+)/g, (whole, name) =>
      name in values ? quoted(values[name]) : whole,
    );
    const { stdout } = await run(
      'sqlite3',
      ['-json', '-cmd', '.timeout 5000', `file:${this.file}?mode=ro`, text],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    return stdout.trim() === '' ? [] : JSON.parse(stdout);
  }

  async order(order_id) {
    const found = await this.rows('SELECT * FROM orders WHERE order_id = :order_id', { order_id });
    return found[0];
  }

  /** The chosen attempts, in the order of their index. */
  attempts(order_id) {
    return this.rows(
      'SELECT * FROM attempts WHERE order_id = :order_id AND attempt_index IS NOT NULL ' +
        'ORDER BY attempt_index',
      { order_id },
    );
  }

  /** Links fetched before anyone chose one. */
  prepared(order_id) {
    return this.rows(
      "SELECT * FROM attempts WHERE order_id = :order_id AND status = 'prepared'",
      { order_id },
    );
  }

  inbox(order_id) {
    return this.rows(
      'SELECT inbox_id, kind, order_id, verdict, tries FROM inbox WHERE order_id = :order_id ' +
        'ORDER BY received_at_ms',
      { order_id },
    );
  }

  async count(table) {
    const [{ n }] = await this.rows(`SELECT COUNT(*) AS n FROM ${table}`);
    return n;
  }
}
