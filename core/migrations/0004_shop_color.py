"""The shop's own colour, for what customers see."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_make_shop"),
    ]

    operations = [
        migrations.AddField(
            model_name="shop",
            name="color",
            field=models.CharField(
                default="#1f6b4f",
                max_length=7,
                validators=[django.core.validators.RegexValidator("^#[0-9a-f]{6}$")],
                verbose_name="colour",
            ),
        ),
    ]
