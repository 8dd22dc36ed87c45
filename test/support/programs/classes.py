import functools


def logged(label):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            calls.append(label)
            return function(*args, **kwargs)

        return wrapper

    return decorate


class Meta(type):
    def __new__(mcls, name, bases, namespace):
        namespace["tag"] = name.lower()
        return super().__new__(mcls, name, bases, namespace)


class Field:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        return getattr(instance, self.name, 0)

    def __set__(self, instance, value):
        setattr(instance, self.name, value)


class Base(metaclass=Meta):
    width = Field()

    def __init__(self, width): self.width = width

    @property
    def area(self):
        return self.width * 2

    @classmethod
    @logged("make")
    def make(cls):
        return cls(3)

    @staticmethod
    @logged("a")
    @logged("b")
    def both(x=1, *, y=(lambda: 2)()):
        return x + y


class Child(Base):
    class Inner:
        value = [i for i in range(2)]

    def __init__(self, width):
        super().__init__(width + 1)


calls = []
print(Base.make().area, Child(1).area, Base.both(), Child.tag, Child.Inner.value, calls)
square = lambda x: x * x
print((lambda f: f(3))(square), sorted([3, 1, 2], key=lambda v: -v))
