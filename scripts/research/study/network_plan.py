"""Which randomised networks a sanity check needs, and the files of the runs on them."""

from dataclasses import dataclass

from study.randomise_layers import write_randomised

TRAINED = "trained"
CHECKS = ("cascading", "independent")


@dataclass(frozen=True)
class Network:
    """A randomised copy of the model: which acting layers are random, from which seed."""

    name: str
    chosen: tuple
    seed: int


@dataclass
class Plan:
    """The networks of both checks. A step's network may serve both."""

    layers: list  # names of the acting layers in the order of execution
    steps: list  # indices of the layers of each step, from the output down
    cascading: list  # a network for each step: its layers and all nearer to the output are random
    independent: list  # a network for each step: only its layers are random
    full: list  # networks of different seeds, all layers random; the first is the cascade's last

    @property
    def checks(self):
        """{check: its networks} of the checks that are asked for."""
        return {check: found for check in CHECKS if (found := getattr(self, check))}

    @property
    def networks(self):
        """Every network once, the fully random ones first: the verdict rests on them."""
        return list(dict.fromkeys([*self.full, *self.cascading, *self.independent]))

    def step_names(self):
        """A name for each step: its layers from the first to the last that runs."""
        names = [[self.layers[i] for i in sorted(step)] for step in self.steps]
        return [part[0] if len(part) == 1 else f"{part[0]} to {part[-1]}" for part in names]


def make_plan(layers, steps, n_networks, seed, checks=CHECKS):
    """The plan for layers of these names; `seed` is that of the first random network. A check that
    is not asked for has no networks.
    """
    cascading, independent, above = [], [], []
    for number, step in enumerate(steps, 1):
        above = above + step
        is_last = number == len(steps)
        cascading.append(
            Network(
                f"full_seed{seed}" if is_last else f"cascading_{number}", tuple(sorted(above)), seed
            )
        )
        independent.append(
            cascading[0]
            if number == 1
            else Network(f"independent_{number}", tuple(sorted(step)), seed)
        )
    full = [
        cascading[-1],
        *(
            Network(f"full_seed{seed + k}", cascading[-1].chosen, seed + k)
            for k in range(1, n_networks)
        ),
    ]
    return Plan(
        layers,
        steps,
        cascading if "cascading" in checks else [],
        independent if "independent" in checks else [],
        full,
    )


def model_of(folder, model, network, scheme):
    """The model file of a network of the plan (None: the trained one), written if it is missing."""
    if network is None:
        return model
    path = folder / "networks" / f"{network.name}.pt"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_randomised(model, network.chosen, network.seed, scheme, path)
    return path


def result_of(folder, name, method):
    """The result file of a method on the network of this name."""
    return folder / "results" / f"{name}_{method}.h5"
