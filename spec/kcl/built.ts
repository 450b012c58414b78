import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What Java needs of a Maven project, which is built if that was not done since it was changed: its class path, and the folder of its libraries. */
export async function built(folder: string): Promise<{ readonly classPath: string; readonly libraries: string }> {
  const target = join(folder, 'target');
  const mark = join(target, 'built');
  if (!existsSync(mark) || statSync(mark).mtimeMs < lastChange(folder)) {
    rmSync(target, { recursive: true, force: true });
    try {
      await run('mvn', ['-q', '-B', 'package'], { cwd: folder });
    } catch (error) {
      const { stdout = '' } = error as { stdout?: string };
      throw new Error(`mvn package fails in ${folder}; Java 17 and Maven must be on PATH.\n${stdout}`, {
        cause: error,
      });
    }
    writeFileSync(mark, '');
  }
  const libraries = join(target, 'libraries');
  return { classPath: [join(target, 'classes'), join(libraries, '*')].join(delimiter), libraries };
}

/** When its pom or a source was last written. */
function lastChange(folder: string): number {
  const sources = join(folder, 'src');
  const files = existsSync(sources) ? readdirSync(sources, { recursive: true, withFileTypes: true }) : [];
  const paths = [join(folder, 'pom.xml'), ...files.map((file) => join(file.parentPath, file.name))];
  return Math.max(...paths.map((path) => statSync(path).mtimeMs));
}
