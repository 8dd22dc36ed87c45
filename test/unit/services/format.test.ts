// Formatting of both languages: by example, and by properties (the same tree, no lost comment, nothing left to do).
import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { FormattingOptions } from 'vscode-languageserver-types';
import { describe, expect, test } from 'vitest';
import { parseD } from '../../../server/src/languages/dtrace/index.ts';
import { parseStap } from '../../../server/src/languages/systemtap/index.ts';
import { format as formatD, formatOnType as typeD } from '../../../server/src/services/dtrace/format.ts';
import { format as formatStap, formatOnType as typeStap } from '../../../server/src/services/systemtap/format.ts';
import { cursorIn } from '../../support/marked.ts';
import { documentOf } from '../../support/services.ts';

const spaces: FormattingOptions = { tabSize: 4, insertSpaces: true };
const tabs: FormattingOptions = { tabSize: 8, insertSpaces: false };

function formatted(language: 'd' | 'stp', text: string, options = spaces): string {
  const document = documentOf(text, language);
  const edits =
    language === 'd'
      ? formatD(document, parseD(text), undefined, options)
      : formatStap(document, parseStap(text), undefined, options);
  return TextDocument.applyEdits(document, [...edits]);
}

/** The part between ‹ and › is formatted. */
function range(language: 'd' | 'stp', marked: string): string {
  const start = marked.indexOf('‹');
  const end = marked.indexOf('›') - 1;
  const text = marked.replace(/[‹›]/g, '');
  const document = documentOf(text, language);
  const span = { start, end };
  const edits =
    language === 'd'
      ? formatD(document, parseD(text), span, spaces)
      : formatStap(document, parseStap(text), span, spaces);
  return TextDocument.applyEdits(document, [...edits]);
}

/** The character before the cursor was typed. */
function typed(language: 'd' | 'stp', marked: string): string {
  const { text, offset } = cursorIn(marked);
  const document = documentOf(text, language);
  const character = text.charAt(offset - 1);
  const edits =
    language === 'd'
      ? typeD(document, parseD(text), offset, character, spaces)
      : typeStap(document, parseStap(text), offset, character, spaces);
  return TextDocument.applyEdits(document, [...edits]);
}

const messyD = `#!/usr/sbin/dtrace -qs
#pragma D option quiet
/* head
* of the file */
   struct s{int a:3;char*b;
 };
inline int   X=3;


self int depth;
BEGIN{x=1;y=-1;z=a-b;w=a- -b;}
   python$target:::function-entry,python$target:::line
 /copyinstr(arg0)=="a"&&!x/
    {
  // a comment
 @c[ copyinstr( arg0 ) ,pid]=count( );   self->x=(int)*p;    /* trailing */
if(x){y++;}else if(z)
w=1;
else{
q=a?b:c;   p->x=&y;
   printf("%d %s\\n",
          x,
      y);
  /* before the end */
   }
#ifdef LATER
      this   ->y=1;
#endif
      sizeof(int); ++x; x=y+++z;


   }`;

const messyStap = `#!/usr/bin/stap
# head
global   x,y[10] , z%[5],w=3
probe   begin,process("a").mark( "b" )?{x=1;y=-1
if(x){y[1]++}else if(z) w=1
else{
foreach([a,b] in y- limit 10){s[a,b]<<<$x->y[0]}
 # a comment
 printf("%d %s\\n",x . "a".b ,
     y)
 }
 try{x=1}catch(msg){warn(msg)}
 /* before the end */
   }
private  function f:long( a : long,b ):1{return a*-b}
function g() %{ /* pure */
   x = 1; %}
@define M(a) %( @a   +  1 %)
%( kernel_v>="2.6" %?
probe   timer.s( 1 ){ x = @M( 1 )+ @count(s) }
%:
   probe   timer.s( 2 ){x=1}
%)
probe a.b=begin{}
probe syscall.{open , close}.return,{kernel,module("x")}.function("f*@a.c:1"){delete x;next}`;

describe('D', () => {
  test('a messy script', () => {
    expect(formatted('d', messyD)).toMatchInlineSnapshot(`
      "#!/usr/sbin/dtrace -qs
      #pragma D option quiet
      /* head
       * of the file */
      struct s { int a : 3; char *b;
      };
      inline int X = 3;

      self int depth;
      BEGIN { x = 1; y = -1; z = a - b; w = a - -b; }
      python$target:::function-entry, python$target:::line
      /copyinstr(arg0) == "a" && !x/
      {
          // a comment
          @c[copyinstr(arg0), pid] = count();
          self->x = (int)*p;    /* trailing */
          if (x) { y++; } else if (z)
              w = 1;
          else {
              q = a ? b : c;
              p->x = &y;
              printf("%d %s\\n",
                     x,
                 y);
              /* before the end */
          }
      #ifdef LATER
            this   ->y=1;
      #endif
          sizeof(int);
          ++x;
          x = y++ + z;
      }
      "
    `);
  });
  test.each([
    ['BEGIN{}', 'BEGIN {}\n'],
    ['', ''],
    ['\n\n', ''],
    ['BEGIN\n{\n}\n\n\n\nEND { }', 'BEGIN\n{\n}\n\nEND { }\n'],
    ['BEGIN { x = a ^^ b || c ; }', 'BEGIN { x = a ^^ b || c; }\n'],
    ['BEGIN { x=- -y; x=~!y; x=&*p; }', 'BEGIN { x = - -y; x = ~!y; x = &*p; }\n'],
    ['BEGIN { x = (uint32_t) -1; }', 'BEGIN { x = (uint32_t) -1; }\n'],
    ['BEGIN { x=a/ *p; }', 'BEGIN { x = a / *p; }\n'],
    ['BEGIN { x=a---b; }', 'BEGIN { x = a-- - b; }\n'],
    ['tick-1s,END{ }', 'tick-1s, END { }\n'],
    ['a:b:c:d\n,e:f{ }', 'a:b:c:d\n    , e:f { }\n'],
    ['BEGIN / x / { }', 'BEGIN / x / { }\n'],
    ['BEGIN {\nx=1; y=2;\n}', 'BEGIN {\n    x = 1;\n    y = 2;\n}\n'],
    ['BEGIN {\nx=1;}', 'BEGIN {\n    x = 1;\n}\n'],
    ['BEGIN {\nif (a)\nb;\nelse\nc;\n}', 'BEGIN {\n    if (a)\n        b;\n    else\n        c;\n}\n'],
    [
      'BEGIN {\nif (a) {\nb;\n} else {\nc;\n}\n}',
      'BEGIN {\n    if (a) {\n        b;\n    } else {\n        c;\n    }\n}\n',
    ],
    ['BEGIN { x[ a , b ] = `cpu`y; }', 'BEGIN { x[a, b] = `cpu`y; }\n'],
    ['typedef struct p{\nint x;\nstruct p*next;}p_t;', 'typedef struct p {\n    int x;\n    struct p *next;\n} p_t;\n'],
    ['enum e{A=1,B};', 'enum e { A = 1, B };\n'],
    ['translator t < struct s *p > {\na=p->b;\n};', 'translator t < struct s *p > {\n    a = p->b;\n};\n'],
    ['provider p {\nprobe a(int);\n};', 'provider p {\n    probe a(int);\n};\n'],
    ['BEGIN\r\n{\r\nx=1;\r\n}', 'BEGIN\r\n{\r\n    x = 1;\r\n}\r\n'],
    ['BEGIN { printf("a  b" , x) ; }', 'BEGIN { printf("a  b", x); }\n'],
  ])('%j', (text, expected) => {
    expect(formatted('d', text)).toBe(expected);
  });
  test('with tabs, lines that go on keep what they are deeper', () => {
    expect(formatted('d', 'BEGIN\n{\nprintf("%d",\n    x);\n  if (a)\n  b;\n}', tabs)).toBe(
      'BEGIN\n{\n\tprintf("%d",\n\t    x);\n\tif (a)\n\t\tb;\n}\n',
    );
  });
  test('nothing where errors are', () => {
    expect(formatted('d', 'BEGIN{x=;}')).toBe('BEGIN{x=;}');
    expect(range('d', 'BEGIN{x=;}\n‹END{y=1;}›')).toBe('BEGIN{x=;}\nEND { y = 1; }\n');
  });
  test('a range changes nothing outside', () => {
    expect(range('d', 'BEGIN{x=1;}\nEND{\n‹y=1;›\nz=1;}\nERROR{}')).toBe('BEGIN{x=1;}\nEND{\ny = 1;\nz=1;}\nERROR{}');
    expect(range('d', 'BEGIN{x=1;}‹\nEND{\ny=1;\nz=1;}›\nERROR{}')).toBe(
      'BEGIN{x=1;}\nEND {\n    y = 1;\n    z = 1;\n}\nERROR{}',
    );
  });
  test('on type', () => {
    expect(typed('d', 'BEGIN\n{\nx=1;<|>\ny=1;\n}')).toBe('BEGIN\n{\n    x = 1;\ny=1;\n}');
    expect(typed('d', 'BEGIN\n{\nx=1;\n  }<|>\nEND{}')).toBe('BEGIN\n{\n    x = 1;\n}\nEND{}');
    expect(typed('d', 'BEGIN\n{\nx=;<|>\n}')).toBe('BEGIN\n{\nx=;\n}');
  });
});

describe('SystemTap', () => {
  test('a messy script', () => {
    expect(formatted('stp', messyStap)).toMatchInlineSnapshot(`
      "#!/usr/bin/stap
      # head
      global x, y[10], z%[5], w = 3
      probe begin, process("a").mark("b")? { x = 1; y = -1
          if (x) { y[1]++ } else if (z) w = 1
          else {
              foreach ([a, b] in y- limit 10) { s[a, b] <<< $x->y[0] }
              # a comment
              printf("%d %s\\n", x . "a" . b,
                  y)
          }
          try { x = 1 } catch (msg) { warn(msg) }
          /* before the end */
      }
      private function f:long(a:long, b):1 { return a * -b }
      function g() %{ /* pure */
         x = 1; %}
      @define M(a) %( @a   +  1 %)
      %( kernel_v>="2.6" %?
      probe timer.s(1) { x = @M( 1 ) + @count(s) }
      %:
         probe   timer.s( 2 ){x=1}
      %)
      probe a.b = begin {}
      probe syscall.{open,close}.return, {kernel,module("x")}.function("f*@a.c:1") { delete x; next }
      "
    `);
  });
  test.each([
    ['probe begin{}', 'probe begin {}\n'],
    ['', ''],
    ['global a=1,b["', 'global a=1,b["'],
    ['probe begin { x="a"."b".c }', 'probe begin { x = "a" . "b" . c }\n'],
    ['probe begin { x=-1;y=a-1;z=!a;w= ~a }', 'probe begin { x = -1; y = a - 1; z = !a; w = ~a }\n'],
    ['probe begin { x = f ( a , b ) }', 'probe begin { x = f(a, b) }\n'],
    ['function f() { return-1 }', 'function f() { return -1 }\n'],
    ['probe begin { a[1,2]++;--b }', 'probe begin { a[1, 2]++; --b }\n'],
    ['probe begin { if ([a,b]in c) x }', 'probe begin { if ([a, b] in c) x }\n'],
    ['probe begin { x=a=~"b" }', 'probe begin { x = a =~ "b" }\n'],
    ['probe begin { $x->y[0]$=1; @cast(p,"t")->z }', 'probe begin { $x->y[0]$ = 1; @cast(p, "t")->z }\n'],
    ['probe begin { foreach (a+ in b limit 3) c }', 'probe begin { foreach (a+ in b limit 3) c }\n'],
    ['probe begin\n{\nx=1 y=2\n}', 'probe begin\n{\n    x = 1\n    y = 2\n}\n'],
    ['probe a ,\nb\n{ }', 'probe a,\n    b\n{ }\n'],
    ['probe syscall.* ? , kernel.function("a") ! { }', 'probe syscall.* ?, kernel.function("a") ! { }\n'],
    ['probe a = b , c { x = 1 }', 'probe a = b, c { x = 1 }\n'],
    ['probe timer.s(1)if(x>3){ }', 'probe timer.s(1) if (x > 3) { }\n'],
    [
      'probe begin {\nfor(i=0;i<3;i++)\nx\nwhile(a)b\n}',
      'probe begin {\n    for (i = 0; i < 3; i++)\n        x\n    while (a) b\n}\n',
    ],
    ['function f( ){ } # end', 'function f() { } # end\n'],
  ])('%j', (text, expected) => {
    expect(formatted('stp', text)).toBe(expected);
  });
  test('a range and on type', () => {
    expect(range('stp', 'probe begin{x=1}‹\nprobe end{\ny=1\n}›')).toBe(
      'probe begin{x=1}\nprobe end {\n    y = 1\n}\n',
    );
    expect(typed('stp', 'probe begin\n{\nx=1\n  }<|>\nprobe end{}')).toBe('probe begin\n{\n    x = 1\n}\nprobe end{}');
  });
});

describe.each(['d', 'stp'] as const)('properties of %s', (language) => {
  const source = formatted(language, language === 'd' ? messyD : messyStap);
  test('formatting twice is formatting once', () => {
    expect(formatted(language, source)).toBe(source);
  });
  test('whatever white space an author leaves, comments and words stay, and a second time changes nothing', () => {
    const gaps = fc.array(fc.constantFrom('', ' ', '  ', '\t', '\n', '\n\n\n', ' \n  '), {
      minLength: 200,
      maxLength: 200,
    });
    fc.assert(
      fc.property(gaps, (extra) => {
        let i = 0;
        // Only where white space is already, and not in literals, comments, control lines and C.
        const lines = source
          .split('\n')
          .map((line) =>
            /^\s*(?:#|%|@define|\*|\/)|["]|%[{}]/.test(line)
              ? line
              : line
                  .replace(/(?<=[;{},] ?) (?=\S)/g, () => ` ${(extra[i++ % extra.length] ?? '').replace(/\n/g, ' ')}`)
                  .replace(/^/, (extra[i++ % extra.length] ?? '').replace(/\n/g, '')),
          );
        const text = lines.join('\n');
        const once = formatted(language, text);
        expect(once.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        expect(formatted(language, once)).toBe(once);
      }),
      { numRuns: 100 },
    );
  });
});
