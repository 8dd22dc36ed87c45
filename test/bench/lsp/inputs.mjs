// Inputs of a given number of lines, alike in kind: clauses, functions, rules that a person would write, no two the same.

/** A D script of about `lines` lines. */
export function dtraceText(lines) {
  const parts = ['#!/usr/sbin/dtrace -qs\n#pragma D option strsize=128\n\n'];
  const clause = (n) => `python$target:::function-entry
/copyinstr(arg1) == "work${n}" && self->depth${n % 50} < ${n}/
{
  self->depth${n % 50}++;
  self->ts${n % 50} = timestamp;
  @calls${n % 20}[copyinstr(arg0), copyinstr(arg1), arg2] = count();
  printf("%d %s:%d %*s\\n", tid, basename(copyinstr(arg0)), arg2, ${n % 30}, "->");
}

python$target:::function-return
/self->ts${n % 50}/
{
  @times${n % 20}[copyinstr(arg1)] = quantize(timestamp - self->ts${n % 50}); /* ns */
  this->took = (timestamp - self->ts${n % 50}) / 1000;
  @longest[copyinstr(arg1)] = max(this->took);
  self->ts${n % 50} = 0;
}

`;
  return repeat(parts, clause, lines, 'END { printa(@longest); }\n');
}

/** A SystemTap script of about `lines` lines. */
export function systemtapText(lines) {
  const parts = ['#!/usr/bin/stap\nglobal calls, times, depth\n\n'];
  const block = (n) => `function name${n}:string (file:string, line:long) {
  if (line > ${n}) return sprintf("%s:%d", file, line)
  return file . ":" . sprint(line)
}

probe process("/usr/bin/python3.11").provider("python").mark("function__entry") {
  filename = user_string($arg1)
  funcname = user_string($arg2)
  if (funcname != "work${n}") next
  calls[name${n}(filename, $arg3), funcname] <<< 1
  depth[tid()]++
  times[tid(), ${n}] = gettimeofday_us()
  printf("%s => %s in %s:%d\\n", thread_indent(1), funcname, filename, $arg3)
}

probe process("/usr/bin/python3.11").provider("python").mark("function__return") {
  foreach ([f, g] in calls- limit ${(n % 20) + 1}) {
    printf("%s %s %d\\n", f, g, @count(calls[f, g])) # one
  }
  delete times[tid(), ${n}]
}

`;
  return repeat(parts, block, lines, 'probe end { printf("%d\\n", depth[tid()]) }\n');
}

/** A shell script of about `lines` lines. */
export function bashText(lines) {
  const parts = ['#!/bin/bash\nset -eu\n\n'];
  const block = (n) => `work${n}() {
  local file=$1 line=$2
  if [ "$line" -gt ${n} ]; then
    printf '%s:%d\\n' "$file" "$line"
    return ${n % 100}
  fi
  for each in "$file" other; do
    case $each in
      *.py) echo "python $each" ;;
      *) echo "no $each" >&2 ;;
    esac
  done
  total=$((line + ${n}))
  echo "$total" | sed -e 's/a/b/' # one
}

work${n} "main.py" ${n}

`;
  return repeat(parts, block, lines, 'exit 0\n');
}

/** A style sheet of about `lines` lines. */
export function cssText(lines) {
  const parts = [':root { --main: #123456; }\n\n'];
  const block = (n) => `.work${n} > a:hover,
#part${n} .inner::before {
  color: var(--main);
  margin: ${n % 40}px auto;
  background: linear-gradient(to right, rgba(${n % 255}, 0, 0, 0.5), white);
  transition: opacity ${n % 9}s ease-in-out;
}

@media (min-width: ${n}px) {
  .work${n} { display: grid; grid-template-columns: repeat(${(n % 9) + 1}, 1fr); } /* one */
}

`;
  return repeat(parts, block, lines, '.end { color: red; }\n');
}

function repeat(parts, block, lines, end) {
  let count = parts[0].split('\n').length;
  for (let n = 0; ; n++) {
    const next = block(n);
    const more = next.split('\n').length - 1;
    if (n > 0 && count + more > lines) break;
    parts.push(next);
    count += more;
  }
  return parts.join('') + end;
}
