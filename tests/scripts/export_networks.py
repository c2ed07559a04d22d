"""Networks that test_export_model.py writes as model files, as the source of a user's module."""

CODE = """
import torch
from torch import nn

class Tiny(nn.Module):
    def __init__(self, n=2):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.head = nn.Linear(4, n)
    def forward(self, x):
        return self.head(self.conv(x).relu().mean((2, 3)))

class Mixing(Tiny):
    def forward(self, x):
        return super().forward(x - x.mean(0, keepdim=True))

class FixedBatch(Tiny):
    def forward(self, x):
        return super().forward(x).reshape(1, -1)[:, :2]

class Broken(Tiny):
    def forward(self, x):
        return super().forward(x) / 0 * 0

class Two(Tiny):
    def forward(self, x):
        y = super().forward(x)
        return y, y[:, :1]

class Branching(Tiny):
    def forward(self, x):
        y = self.head(self.conv(x).relu().mean((2, 3)))
        if bool(x.mean() > 1e9):
            return y * 2
        return y

class Ends(Tiny):
    # What `end` makes of two scores s on both sides of 0.
    def __init__(self, end):
        super().__init__()
        self.end = end
    def forward(self, x):
        s = 6 * (super().forward(x - 0.5) - self.head.bias)
        return eval(self.end)

class Lookalike(Ends):
    # Bright red is a, dark is b.
    def forward(self, x):
        s = torch.stack([x[:, 0].mean((1, 2)) - 0.5, 0.5 - x[:, 0].mean((1, 2))], 1) * 8
        return eval(self.end)

class Normalises(Tiny):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.5, 0.4, 0.3]).view(1, 3, 1, 1))
    def forward(self, x):
        return super().forward((x - self.mean) / 0.25)

class Wrapping(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = Tiny()
        self.norm = nn.BatchNorm1d(2)
    def forward(self, x):
        return self.norm(self.model(x))

class Named(Tiny):
    def forward(self, x):
        return {"logits": super().forward(x)}

def raises():
    raise ValueError("weights of the backbone are not there")

def deep(n=2):
    return Tiny(n).does_not_exist

def text():
    return "no module"
"""
