import package.empty
from package import Square, area

if __name__ == "__main__":
    for side in range(4):
        print(area(Square(side)))
