// The reader against the tables of the configuration syntax: braces, comments, conditions, parameters, repetitions.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the language under test
import { describe, expect, test } from '@jest/globals';
import { parse, readLines } from '../support.ts';

const linesOf = (text: string): readonly string[] => readLines(text).lines;

describe('braces', () => {
  test.each([
    ['global_defs { router_id z }', ['global_defs', '{', 'router_id z', '}']],
    ['vrrp_instance C{', ['vrrp_instance C', '{']],
    ['group{a}', ['group', '{', 'a', '}']],
    ['} vrrp_instance B { interface eth0', ['}', 'vrrp_instance B', '{', 'interface eth0']],
    ['vrrp_instance "B{" {', ['vrrp_instance "B{"', '{']],
    ['interface eth0 virtual_ipaddress {', ['interface eth0 virtual_ipaddress', '{']],
    ["script 'x {a}'", ["script 'x", '{', 'a', '}', "'"]],
    ['router_id ${NO}', ['router_id $', '{', 'NO', '}']],
    ['  \t ', []],
  ])('%s is cut into logical lines', (text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  test('a closing quote is found whatever stands before it, so an escaped one does not protect', () => {
    expect(linesOf('script "x \\"{a}\\""')).toEqual(['script "x \\"', '{', 'a', '}', '\\""']);
  });
});

describe('comments', () => {
  test.each([
    ['auth_pass abc!def', ['auth_pass abc']],
    ['a # b', ['a']],
    ['a "b # c" ! d', ['a "b # c"']],
    ['a \\# b \\! c', ['a # b ! c']],
    ["a 'b#c'", ["a 'b"]],
    ['a \\"b # c', ['a \\"b']],
    ['! all of it', []],
    ['\\\\#x', ['\\\\']],
    ['a"b#c" d', ['a"b#c" d']],
    ['"a\\"b#c" d', ['"a\\"b#c" d']],
    ['a\\', ['a\\']],
    ['a \\\nb', ['a \\', 'b']],
  ])('%s keeps what is before its comment', (text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  test('a quote left open is reported, and the line still counts', () => {
    const { lines, codes } = readLines('router_id "R1');
    expect(lines).toEqual(['router_id "R1']);
    expect(codes).toEqual(['unterminated-quote']);
  });
});

describe('physical lines', () => {
  test('CRLF files and a missing final newline are fine', () => {
    expect(linesOf('a\r\nb\r\n\r\nc')).toEqual(['a', 'b', 'c']);
  });

  test('a line of more than 1023 bytes loses its first 1023 bytes', () => {
    const { lines, codes } = readLines(`${'x'.repeat(1023)} tail\nnext`);
    expect(lines).toEqual(['tail', 'next']);
    expect(codes).toEqual(['line-too-long']);
  });

  test('the limit counts bytes, not characters', () => {
    expect(readLines('é'.repeat(511)).codes).toEqual([]);
    expect(readLines('é'.repeat(512)).codes).toEqual(['line-too-long']);
  });

  test('a line with a NUL byte is dropped', () => {
    expect(readLines('global\0_defs {\nc')).toMatchObject({ lines: ['c'], codes: ['nul-byte'] });
  });

  test.each(['little', 'big'])('a file of UTF-16, %s end first, is one finding however many lines it has', (end) => {
    const bytes = Buffer.from('\uFEFFglobal_defs {\n}\n', 'utf16le');
    const text = (end === 'big' ? bytes.swap16() : bytes).toString('utf8');
    expect(readLines(text)).toMatchObject({ lines: [], codes: ['nul-byte'] });
    expect(readLines(text.slice(2))).toMatchObject({ lines: [], codes: ['nul-byte'] });
  });

  test('so is a program', () => {
    const program = `\x7fELF\x02\x01\x01${'\0'.repeat(9)}\x03\0>\0\x01\0\n{ \0\n`;
    expect(readLines(program.repeat(9))).toMatchObject({ lines: [], codes: ['nul-byte'] });
  });

  test('every logical line knows where it was written', () => {
    const { lines, places } = readLines('\n  group { a\n\tb }\n$X=val\nx  ${X} { y');
    expect(lines).toEqual(['group', '{', 'a', 'b', '}', 'x  val', '{', 'y']);
    expect(places).toEqual(['2:3', '2:9', '2:11', '3:2', '3:4', '5:1', '5:9', '5:11']);
  });
});

describe('conditions', () => {
  test.each([
    ['@node1 a', ['a']],
    ['@node2 a', []],
    ['@^node1 a', []],
    ['@^node2 a', ['a']],
    ['@node1 @node1 a', ['@node1 a']],
    ['} @node1 a', ['}', 'a']],
    ['@node1', []],
    ['@vipward slow', ['slow']],
    ['@^vipward keepalived_only', []],
    ['@node1\t a', ['a']],
    ['@node1 # a', []],
    ['@ a', []],
    ['@^ a', ['a']],
    ['@', []],
    ['a {@node1 b', ['a', '{', 'b']],
    ['~SEQ(N,2) @node1 a$N', ['a1', 'a2']],
    ['@node2 ~SEQ(N,2) a', []],
  ])('%s counts as its id says', (text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  test('a false condition on the first line of a definition drops that line only', () => {
    expect(linesOf('@other $M= \\\none \\\ntwo')).toEqual(['one \\', 'two']);
  });
});

describe('parameters', () => {
  test.each([
    ['$A=1\nx $A', ['x 1']],
    ['$A=1\nx $A y', ['x 1 y']],
    ['$A=1\nx $A,$A)', ['x 1,1)']],
    ['$A=1\nx $A.2', ['x $A.2']],
    ['$A=1\nx "$A"', ['x "$A"']],
    ['$A=1\nx "${A}"', ['x "1"']],
    ['$A=1\nx ${A}.2', ['x 1.2']],
    ['$A=1\nx \\$A', ['x \\1']],
    ['$A=\nx $A y', ['x  y']],
    ['$A=  b c \nx $A', ['x b c']],
    ['$A=1\n$A=2\nx $A', ['x 2']],
    ['$A=${B}\n$B=late\nx $A', ['x late']],
    ['$B = 2', ['$B = 2']],
    ['$A=b#c\nx $A', ['x b']],
    ['$A="b#c"\nx $A', ['x "b#c"']],
    ['$A=b\\#c d\nx $A y', ['x b']],
    ['x ${_HASH}y "${_BANG}"', ['x']],
    ['x "${_HASH}${_BANG}"', ['x "#!"']],
    ['x ${_PWD} ${_INSTANCE}', ['x /etc/keepalived node1']],
    ['global_defs { $A=1\nx $A }', ['global_defs', '{', 'x 1', '}']],
    ['$A=1\nx$$A', ['x$1']],
    ["$A=1\nx '${A}' '$A'", ["x '1' '$A'"]],
    ['$A=1\nx ${A }', ['x 1']],
    ['$A=1\nx ${A b}', ['x $', '{', 'A b', '}']],
    ['$A9_=1\nx${A9_}', ['x1']],
    ['$9=1\n$9', ['$9=1', '$9']],
    ['$A="b c"\n${A} d', ['"b c" d']],
    ['$_PWD=x\n${_PWD}', ['x']],
    ['$A=@node1\n$A x', ['x']],
    ['$A=@node2\n$A x', []],
    ['$A=$X=1\n$A\n${X}', ['1']],
    ['~f,$A', ['~f,$A']],
  ])('%j', (text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  test('a value that holds its own name is an error that names the circle', () => {
    const { lines, codes } = readLines('$A=${B} x\n$B=${A}\ny $A\nz');
    expect(lines).toEqual(['z']);
    expect(codes).toEqual(['parameter-cycle']);
  });

  test('a name may be used twice side by side', () => {
    expect(linesOf('$A=1\n$B=${A}${A}\nx ${B}${A}')).toEqual(['x 111']);
  });

  test('values that double at each step end in an error', () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `$A${i + 1}=\${A${i}}\${A${i}}`).join('\n');
    expect(readLines(`$A0=xx\n${doubling}\ny \${A40}\nz`)).toMatchObject({
      lines: ['z'],
      codes: ['expansion-too-long'],
    });
  });

  test('long values that are used over and over end in one error for the whole', () => {
    const doubling = Array.from({ length: 10 }, (_, i) => `$A${i + 1}=\${A${i}}\${A${i}}`).join('\n');
    const { lines, codes } = readLines(`$A0=${'x'.repeat(15)}\n${doubling}\n~SEQ(N,1000) y \${A10}\nend \${A0}`);
    expect(codes).toEqual(['expansion-too-long']);
    expect(lines.length).toBeLessThan(1000);
  });

  test('every character of a completed line knows its place, also where a use reaches out of a value', () => {
    const { lines, places } = readLines('$A=x{y\n$B=${A\n$C=1\nu ${A} { v ${B}} $C { w');
    expect(lines).toEqual(['u x', '{', 'y', '{', 'v x', '{', 'y 1', '{', 'w']);
    expect(places).toEqual(['4:1', '4:3', '4:3', '4:8', '4:10', '4:12', '4:12', '4:21', '4:23']);
  });

  test('a random number comes from the dice given, within its bounds', () => {
    const random = (min: number, max: number): number => min + max;
    expect(readLines('x ${_RANDOM 3 7} ${_RANDOM}', { random }).lines).toEqual(['x 10 32767']);
    expect(readLines('x ${_RANDOM a}', { random }).codes).toEqual(['bad-parameter']);
    expect(readLines('x ${_RANDOM 9 2}', { random })).toMatchObject({ lines: ['x 9'], codes: ['bad-parameter'] });
  });

  test('an environment variable needs a name, where keepalived crashes', () => {
    expect(readLines('x ${_ENV}y')).toMatchObject({ lines: ['x y'], codes: ['bad-parameter'] });
    expect(readLines('x ${_ENV A B}')).toMatchObject({ codes: ['bad-parameter'] });
  });

  test('the environment is read through what is given', () => {
    expect(readLines('x ${_ENV HOME} ${_ENV NO}y', { environment: { HOME: '/root' } }).lines).toEqual(['x /root y']);
  });
});

describe('multi-line parameters', () => {
  test('the first line completes the line of use, the others follow', () => {
    expect(linesOf('$M=one \\\n  two {  \\\n three\nrouter_id x $M\nend')).toEqual([
      'router_id x one',
      'two',
      '{',
      'three',
      'end',
    ]);
  });

  test('with text after it the name stays', () => {
    expect(linesOf('$M=one \\\ntwo\nx $M y')).toEqual(['x $M y']);
  });

  test('an empty line ends the definition, a line with only a comment does not', () => {
    expect(linesOf('$M=one \\\n# no\n \\\n\nx\n$M')).toEqual(['x', 'one']);
  });

  test('lines hold conditions, definitions and other names, evaluated at use', () => {
    const text = '$IN=a \\\n@node1 b \\\n@other c\n$OUT=x \\\n$V=5 \\\ny $V \\\n$IN\n$OUT\nend';
    expect(linesOf(text)).toEqual(['x', 'y 5', 'a', 'b', 'end']);
  });

  test('lines that use their own name are an error, not an endless file', () => {
    expect(readLines('$M=a \\\nb $M\n$M\nend')).toMatchObject({ lines: ['a', 'end'], codes: ['parameter-cycle'] });
  });

  test('a definition may stand on the line of a brace, and goes on in the file that is read next', () => {
    const files = { '/etc/keepalived/b.conf': '$M=x \\\ny \\' };
    expect(readLines('{ include b.conf\nz\nfoo\n$M', { files }).lines).toEqual(['{', 'foo', 'x', 'y', 'z']);
  });

  test.each([
    ['$M= \\\none\n$M', ['one']],
    ['$M=one\\\ntwo\n$M', ['one', 'two']],
    ['$M=one \\ # c\ntwo # d\n$M', ['one', 'two']],
    ['$M=one \\\ntwo \\\n\n$M', ['one', 'two']],
    ['$M=one \\\ntwo \\', []],
    ['$M=one \\\n\ntwo\n$M', ['two', 'one']],
    ['$M=one \\\n\\\ntwo\n$M', ['one', 'two']],
    ['$M=one \\\r\n  two  b\r\n$M\r\n', ['one', 'two  b']],
    ['$M=one \\\ntwo\n$M=three\n$M', ['three']],
    ['$M=one \\\ntwo\n$M\n$M', ['one', 'two', 'one', 'two']],
    ['$M=one \\\ntwo\nx${M}', ['xone', 'two']],
    ['$M=one \\\ntwo\n${M} y', ['$', '{', 'M', '}', 'y']],
    ['$M=@node1 one \\\ntwo\n$M', ['one', 'two']],
    ['$M=one \\\n$X=1\n$M\n${X}', ['one', '1']],
    ['$M=$V=5 \\\ny,$V\n$M', ['y,5']],
    ['$I=a \\\nb\n$M=x,$I \\\ny\n$M', ['x,a', 'b', 'y']],
    ['$I=a \\\nb\n$M=x \\\nz $I \\\ny\n$M', ['x', 'z a', 'b', 'y']],
    ['$M=~SEQ(N,2) a,$N \\\nb,$N\n$M', ['a,1', 'a,2', 'b,2']],
    ['$M=x \\\n~SEQ(N,2) a,$N \\\nb,$N\n$M', ['x', 'a,1', 'a,2', 'b,2']],
    ['$M=a \\\n"x\nb\n$M', ['b', 'a', '"x']],
    ['@node1 $M= \\\none \\\ntwo\n$M', ['one', 'two']],
  ])('%j', (text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  test('what is wrong in one of its lines is named with the place where it is used', () => {
    const text = '$IN=bogus \\\nworse\n$OUT= \\\n$IN\n\n$OUT';
    expect(
      parse(text).diagnostics.map(({ at, related = [] }) => [at.line, ...related.map((other) => other.at.line)]),
    ).toEqual([
      [2, 6],
      [4, 6],
    ]);
  });
});

describe('repetitions', () => {
  test.each([
    ['~SEQ(N,3) a $N', ['a 1', 'a 2', 'a 3']],
    ['~SEQ (N, -2) a$N ${N}', ['a-1 -1', 'a-2 -2']],
    ['~SEQ(N,0) $N', ['1', '0']],
    ['~SEQ(N,4,2) $N', ['4', '3', '2']],
    ['~SEQ(N,1,3,8) $N', ['1', '4', '7']],
    ['~SEQx(N,9,11) $N', ['9', 'a', 'b']],
    ['~SEQ(N,0x10,021) $N', ['16', '17']],
    ['$E=2\n~SEQ(N,$E) $N', ['1', '2']],
    ['~LST(V,a,b) x${V}', ['xa', 'xb']],
    ['~LST({V, W}, {a, b}, {c}) ${V}-${W}', ['a-b', 'c-']],
    ['~SEQ(A,2) ~SEQ(B,2) $A $B', ['1 1', '1 2', '2 1', '2 2']],
    ['~SEQ(N,2) a { $N }', ['a', '{', '1', '}', 'a', '{', '2', '}']],
    ['~SEQ(N,2) $N\nlast $N', ['1', '2', 'last 2']],
    ['$M=a $N \\\nb $N\n~SEQ(N,2) $M', ['a 1', 'b 1', 'a 2', 'b 2']],
    ['$S=~SEQ(N,1,2)\n$S u${N}', ['u1', 'u2']],
    ['~other x', ['~other x']],
    ['~', ['~']],
    ['~ SEQ(N,2) a', ['~ SEQ(N,2) a']],
    ['~seq(N,2) a', ['~seq(N,2) a']],
    ['~SEQ( N , 2 )a$N', ['a1', 'a2']],
    ['~SEQ(N,+2) $N', ['1', '2']],
    ['~SEQ(N,-1,1) $N', ['-1', '0', '1']],
    ['~SEQ(N,2)\nx $N', ['x 2']],
    ['~SEQ(N,2) $X=$N\n${X}', ['2']],
    ['~SEQ(N,2) $X${N}=$N\n${X1}', ['1']],
    ['$E=1,2\n~SEQ(N,${E}) $N', ['1', '2']],
    ['a { ~SEQ(N,2) b$N }', ['a', '{', 'b1', '}', 'b2', '}']],
    ['~SEQ(A,3) ~SEQ(B,$A) ${A}${B}', ['11', '21', '22', '31', '32', '33']],
    ['~SEQ(A,2) ~LST(V,a,b) $A$V', ['$Aa', '$Ab', '$Aa', '$Ab']],
    ['~LST(V,a) ~SEQ(N,2) x,$V,$N', ['x,a,1', 'x,a,2']],
    ['~LST(V,a,,b) <${V}>', ['<a>', '<>', '<b>']],
    ['~LST(V,) <${V}>', ['<>']],
    ['~LST( V , a , b ) x,$V', ['x,a', 'x,b']],
    ['~LST(V,"a",b) x,$V', ['x,"a"', 'x,b']],
    ['~LST(V,{a},{b}) x,$V', ['x,a', 'x,b']],
    ['~LST({V,W},a,b) x,$V,$W', ['x,a,', 'x,b,']],
    ['~LST({V,W},{,b},{c,},{}) x,$V,$W', ['x,,b', 'x,c,', 'x,,']],
    ['~LST(V,a{b,c) x${V}', ['xa', '{', 'b', 'xc']],
    ['$A=p, q\n~LST(V,$A,${A}) x,$V', ['x,p, q', 'x,p, q']],
    ['~LST(V,$NO) x,$V', ['x,$NO']],
  ])('%j', (text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  test.each([
    '~SEQ(N,1,0,3) a',
    '~SEQ(N,1,-1,3) a',
    '~SEQ(N,x) a',
    '~SEQ(N,3 a',
    '~SEQ(1,3) a',
    '~SEQx(N,-3) a',
    '~LST(V) ',
    '~LST({V},{a,b}) x',
    '~LST(V) x',
    '~LST(V,a b,c) x',
    '~LST({V,W},{a,b} {c,d}) x',
    '~LST({V,W),{a,b}) x',
    '~LST(9,a) x',
    '~LST(V,a',
    '~LSTx(V,a) x',
    '~SEQ',
    '~SEQX(N,2) a',
    '~SEQ() a',
    '~SEQ(N) a',
    '~SEQ(N,08) a',
    '~SEQ(N,1 2) a',
    '~SEQ(N,1,2,3,4) a',
    `~SEQ(N,${' '.repeat(61)}2) a`,
  ])('%s is malformed and dropped', (text) => {
    expect(readLines(`${text}\nend`)).toMatchObject({ lines: ['end'], codes: ['bad-repetition'] });
  });

  test('a repetition without measure ends in an error', () => {
    expect(readLines('~SEQ(N,999999999) $OFF=1').codes).toEqual(['expansion-too-long']);
  });
});
