"""Two that reach for one delivery at the same moment don't both get it.

Two threads, two processes, two machines on one store: the claim is a single UPDATE that says in
which state the row must be. Whoever comes second changes no row, and is told so.
"""

from __future__ import annotations

import threading

from office import an_office
from publisher.delivery.courier import Courier, Outcome


def main() -> None:
    with an_office("webhook") as office:
        office.write("opening", "The fair opens tomorrow at eight.")
        together, outcomes = threading.Barrier(2), list[Outcome | None]()

        def reach_for_it(courier: Courier) -> None:
            together.wait()
            outcomes.append(courier.deliver_next("board"))

        # Two sites, since the threads of one process wait for one another at the channel's line.
        with office.another_process() as other:
            couriers = (office.site.courier, other.courier)
            workers = [threading.Thread(target=reach_for_it, args=(one,)) for one in couriers]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        print("couriers that sent it:", sum(one is not None for one in outcomes))
        print("posts at the receiver:", len(office.platform.published()))


if __name__ == "__main__":
    main()

# Output:
# couriers that sent it: 1
# posts at the receiver: 1
