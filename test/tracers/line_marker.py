"""Names the cause of each line on which 3.11's `line` marker and the `line` event of sys.settrace differ.

Both rules are about how often something was entered on that line, so a difference is explained only within what the
function__entry marker counted there: more or fewer, or on a line without such a construct, has no cause and fails.
"""
import ast

#: The interpreter of which the rules are known.
KNOWN = (3, 11)

_COMPREHENSIONS = {ast.ListComp: "<listcomp>", ast.SetComp: "<setcomp>", ast.DictComp: "<dictcomp>", ast.GeneratorExp: "<genexpr>"}
_KINDS = {"<lambda>": "lambda", "<listcomp>": "list comprehension", "<setcomp>": "set comprehension",
          "<dictcomp>": "dict comprehension", "<genexpr>": "generator expression"}
_trees = {}


def _names_starting(tree, line):
    """{funcname: construct} of the code whose first line event is on its own first line."""
    names = {}
    for node in ast.walk(tree):
        if type(node) in _COMPREHENSIONS and node.lineno == line:
            name = _COMPREHENSIONS[type(node)]
            names[name] = _KINDS[name]
        elif isinstance(node, ast.Lambda) and node.lineno == node.body.lineno == line:
            names["<lambda>"] = "lambda"
        elif isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno] + [d.lineno for d in node.decorator_list])
            if first == line and (isinstance(node, ast.ClassDef) or node.body[0].lineno == line):
                names[node.name] = "class body" if isinstance(node, ast.ClassDef) else "function on one line"
    return names


def _waits(tree, line):
    """The construct on this line that hands a resume on to what it waits for, or None."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Await) and node.lineno <= line <= node.end_lineno:
            return "await"
        if isinstance(node, ast.YieldFrom) and node.lineno <= line <= node.end_lineno:
            return "yield from"
        if isinstance(node, ast.AsyncFor) and node.lineno <= line <= node.iter.end_lineno:
            return "async for"
        if isinstance(node, ast.AsyncWith) and node.lineno <= line < node.body[0].lineno + (node.body[0].lineno == node.lineno):
            return "async with"
        if type(node) in _COMPREHENSIONS and node.lineno <= line <= node.end_lineno and any(g.is_async for g in node.generators):
            return "asynchronous comprehension"
    return None


def cause(file, line, marker, settrace, entries):
    """Why the counts differ, or None; `entries` counts function__entry by (file, function, line of the event)."""
    if file not in _trees:
        with open(file) as stream:
            _trees[file] = ast.parse(stream.read())
    here = {name: n for (path, name, number), n in entries.items() if (path, number) == (file, line)}
    if marker < settrace:
        starting = {name: kind for name, kind in _names_starting(_trees[file], line).items() if name in here}
        if settrace - marker <= sum(here[name] for name in starting):
            return "omits the first line of " + ", ".join(sorted(set(starting.values())))
        return None
    construct = _waits(_trees[file], line)
    if construct and marker - settrace <= sum(here.values()):
        return "fires again for each resume in " + construct
    return None
