def call(*args, **kwargs):
    return len(args) + len(kwargs)


def chained(x):
    return (
        0
        < x
        < 10
        and x
        != 5
    )


value = call(
    1,
    call(
        2,
        three=3,
    ),
    *[
        4,
        5,
    ],
)
table = {
    "a": call(),
    "b": [
        1,
        call(1),
    ],
}
text = (
    "one "
    f"{value} "
    f"{call(1, 2)}"
)
picked = (
    "yes"
    if chained(3)
    else "no"
)
docs = """a
b
c"""
x = 1 + \
    call(1) + \
    2
print(value, table, text, picked, chained(5), docs, x)
call(
    1
).bit_length(
).bit_length()
(first, *rest) = [
    1,
    2,
    3,
]
print(first, rest, [
    i
    for i in range(3)
])
