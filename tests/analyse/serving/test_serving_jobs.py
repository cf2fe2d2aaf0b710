import threading
from pathlib import Path

import fake_judge
import pytest

from deepfake_attribution.analyse.serving.jobs import Job, Jobs
from deepfake_attribution.analyse.serving.limits import Limits
from deepfake_attribution.analyse.serving.refusals import RefusedError

WEIGHT = sum(len(fake_judge.crop(number)) for number in range(3))


def added(jobs: Jobs, name: str = "a") -> Job:
    job = Job(name, Path("nothing"), ours=False)
    with jobs.place():
        jobs.add(job)
    return job


def there(jobs: Jobs, job: Job) -> bool:
    try:
        return jobs.get(job.key) is job
    except RefusedError:
        return False


def test_first_come_first_served() -> None:
    jobs = Jobs(Limits())
    first, second, third = (added(jobs) for _ in range(3))
    assert jobs.take() is first and first.state == "reading"
    assert (jobs.ahead(second), jobs.ahead(third)) == (0, 1)
    jobs.drop(second.key)
    assert jobs.take() is third


def test_what_is_being_sent_holds_a_place() -> None:
    jobs = Jobs(Limits(places=2))
    with jobs.place():
        added(jobs)
        assert jobs.free() == 0
        with pytest.raises(RefusedError, match="as many videos as it takes"), jobs.place():
            pass
    assert jobs.free() == 1


def test_oldest_results_go_first_when_crops_are_too_many() -> None:
    now = [0.0]
    jobs = Jobs(Limits(kept=2 * WEIGHT), lambda: now[0])
    ended = []
    for _ in range(4):
        job = added(jobs)
        jobs.take()
        now[0] += 1
        jobs.end(job, fake_judge.result("a"))
        ended.append(job)
    assert [there(jobs, job) for job in ended] == [False, False, True, True]


def test_a_single_result_is_kept_however_heavy() -> None:
    jobs = Jobs(Limits(kept=1))
    job = added(jobs)
    jobs.take()
    jobs.end(job, fake_judge.result("a"))
    assert there(jobs, job)


def test_result_of_a_dropped_job_is_thrown_away() -> None:
    jobs = Jobs(Limits())
    job = added(jobs)
    jobs.take()
    jobs.drop(job.key)
    jobs.end(job, fake_judge.result("a"))
    assert not there(jobs, job)


def test_keys_are_not_to_be_guessed() -> None:
    keys = {Job("a", Path("a"), ours=False).key for _ in range(100)}
    assert len(keys) == 100 and min(map(len, keys)) == 32


def test_close_wakes_who_waits_and_takes_no_more() -> None:
    jobs = Jobs(Limits())
    taken: list[Job | None] = []
    waiting = threading.Thread(target=lambda: taken.append(jobs.take()))
    waiting.start()
    jobs.close()
    waiting.join(10)
    assert taken == [None]
    with pytest.raises(RefusedError, match="being ended"):
        added(jobs)
