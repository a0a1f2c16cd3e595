from ofer.models.layers.fixed_shapes import fixed_shapes, shapes_are_fixed


def test_shapes_are_fixed_inside_alone():
    assert not shapes_are_fixed()
    with fixed_shapes():
        with fixed_shapes():
            assert shapes_are_fixed()
        assert shapes_are_fixed()
    assert not shapes_are_fixed()
