"""Writes sizes of what modules of a PyTorch model compute, and of its change, for `saddle measure coordinates`.

    for width, seed in itertools.product((64, 128, 256, 512), (0, 1)):
        model = build(width, seed)
        record = Coordinates(model, "coords.csv", width, seed)
        for step in range(4):
            record(step, inputs)          # the same inputs at every step; step 0 before any update
            train_one_step(model)
"""
import csv
import os
import torch


class Coordinates:
    def __init__(self, model, path, width, seed, kinds=(torch.nn.Linear, torch.nn.Embedding, torch.nn.Conv2d)):
        self.model, self.path, self.place = model, path, (width, seed)
        self.start, self.now = {}, None
        for name, module in model.named_modules():
            if isinstance(module, kinds):
                module.register_forward_hook(lambda _, __, output, name=name: self.keep(name, output))

    def keep(self, name, output):
        if self.now is not None:  # not in training passes
            self.now[name] = output.detach().double().clone()

    @torch.no_grad()
    def __call__(self, step, *inputs):
        was_training, self.now = self.model.training, {}
        self.model.eval()(*inputs)
        self.model.train(was_training)
        rows, (found, self.now) = [], (self.now, None)
        for name, output in found.items():
            rows.append((*self.place, step, name, "activations", output.square().mean().sqrt().item()))
            if name in self.start:
                rows.append((*self.place, step, name, "updates", (output - self.start[name]).square().mean().sqrt().item()))
        self.start = self.start or found
        is_new = not os.path.exists(self.path)
        with open(self.path, "a", newline="") as file:
            csv.writer(file).writerows([("width", "seed", "step", "module", "of", "rms")] * is_new + rows)
