"""`ast` over the standard library: a visitor of our own over trees of real modules."""
import ast
import os

import clock

MODULES = ["argparse", "ast", "bisect", "calendar", "configparser", "csv", "difflib", "fractions", "heapq", "inspect", "shlex", "textwrap"]


class Census(ast.NodeVisitor):
    def __init__(self):
        self.names = {}
        self.depth = 0
        self.deepest = 0

    def visit_FunctionDef(self, node):
        self.depth += 1
        if self.depth > self.deepest:
            self.deepest = self.depth
        self.generic_visit(node)
        self.depth -= 1

    def visit_Name(self, node):
        self.names[node.id] = self.names.get(node.id, 0) + 1


def operators(tree):
    counts = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.BinOp, ast.BoolOp, ast.Compare)):
            name = type(node).__name__
            counts[name] = counts.get(name, 0) + 1
    return counts


folder = os.path.dirname(ast.__file__)
for number in range(clock.times(12)):
    with open(os.path.join(folder, MODULES[number % len(MODULES)] + ".py"), encoding="utf-8") as stream:
        tree = ast.parse(stream.read())
    census = Census()
    census.visit(tree)
    assert census.names and operators(tree)
clock.stop()
