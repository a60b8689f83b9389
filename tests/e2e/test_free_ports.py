from tests.e2e.killable import free_port


def test_no_port_is_given_to_two_bots_that_do_not_listen_yet() -> None:
    ports = [free_port() for _ in range(200)]
    assert len(set(ports)) == len(ports)
